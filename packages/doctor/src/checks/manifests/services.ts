import type { Finding } from '../../check.js';
import { type Manifest, valueAt } from '../../facts/manifests.js';
import { servicePorts } from '../../facts/service-ports.js';
import {
  adminPort,
  isWhole,
  portNumber,
  selects,
  selectsItsPods,
  type Workload,
} from '../../facts/workloads.js';
import { objectCheck } from './define.js';

export const serviceHasPods = objectCheck(
  {
    code: 'PMCP-D084',
    title: 'Services lead to pods, and to ports that these have.',
    why: 'A Service whose labels fit no pod has no address behind it, and at a port where no process listens the connection is refused: clients get 503 from the gateway, while all pods are well.',
    cure: 'Let `selector` have labels of the pod template, and `targetPort` the name of one of its ports.',
    severity: 'fail',
  },
  ['Service'],
  (manifest, servers): Finding[] => {
    const selector = valueAt(manifest.content, ['spec', 'selector']);
    const behind = servers.filter(({ labels }) => selects(selector, labels));
    const meant = servers.find((server) => server.manifest.name === manifest.name);
    // A workload that does not select its own pods is the cause, and is told.
    if (meant && !selectsItsPods(meant.manifest)) return [];
    if (behind.length === 0 && meant && selector)
      return [
        {
          found: `Service ${manifest.name} selects ${JSON.stringify(selector)}, which no pod of ${meant.title} has: they have ${JSON.stringify(meant.labels)}`,
          where: manifest.at(['spec', 'selector']),
        },
      ];
    if (!selector) return [];
    const [first] = behind;
    if (first === undefined) return [];
    const unnamed = unnamedPorts(manifest, first);
    return unnamed.length > 0 ? unnamed : behind.length > 1 ? [] : silentPorts(manifest, first);
  },
);

function unnamedPorts(service: Manifest, workload: Workload): Finding[] {
  return servicePorts(service).flatMap(({ targetPort }, i) =>
    targetPort === undefined || portNumber(workload, targetPort) !== undefined
      ? []
      : [
          {
            found: `Service ${service.name} leads to port ${targetPort}, which ${workload.title} does not have`,
            where: service.at(['spec', 'ports', i]),
          },
        ],
  );
}

/** Numbers that nothing in the pod has, while the Service leaves out a port that is declared: declaring is free, so this may be right. */
function silentPorts(service: Manifest, workload: Workload): Finding[] {
  const { content, name } = service;
  if (valueAt(content, ['spec', 'clusterIP']) === 'None' || !isWhole(workload)) return [];
  const declared = workload.containers.flatMap(({ spec }) => spec.ports ?? []);
  const ports = servicePorts(service).map((port) => portNumber(workload, port.targetPort ?? port.port));
  const admin = adminPort(workload.observed);
  const isLeftOut = declared.some(
    ({ containerPort }) => containerPort !== admin && !ports.includes(containerPort),
  );
  if (!isLeftOut) return [];
  const told = declared.map((port) => [port.name, port.containerPort].filter(Boolean).join(' ')).join(', ');
  return ports.flatMap((port, i): Finding[] => {
    if (port === undefined || port === admin || isNamedAnywhere(port, workload)) return [];
    const found = `Service ${name} leads to port ${port}, which nothing in ${workload.title} names: it has ${told}`;
    return [{ found, severity: 'warn', where: service.at(['spec', 'ports', i]) }];
  });
}

/** A variable, a flag, a probe or the annotation of a mesh may be about a port that nobody declares. */
function isNamedAnywhere(port: number, { pod, annotations }: Workload): boolean {
  return new RegExp(`(?<!\\d)${port}(?!\\d)`).test(JSON.stringify([pod, annotations]));
}
