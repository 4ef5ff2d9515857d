import type { Finding } from '../../check.js';
import { ALERTMANAGER, programOfImage } from '../../facts/compose-programs.js';
import { isMoved, withoutPatches } from '../../facts/kustomization.js';
import { listAt, type Manifest, manifests, type Path } from '../../facts/manifests.js';
import { namespaceOf } from '../../facts/monitors.js';
import { readable } from '../../facts/rules-among.js';
import { servicePorts } from '../../facts/service-ports.js';
import { podPathOf } from '../../facts/workloads.js';
import { filesCheck, left } from './define.js';

export const alertsReachTheAlertmanager = filesCheck({
  code: 'PMCP-D429',
  title: 'The Prometheus of the manifests sends its alerts to the Alertmanager that is among them.',
  why: 'A Service that is not there, or is in another namespace, is no error at the start: Prometheus evaluates all rules, alerts fire, and nobody hears of them.',
  cure: 'Name the Service and the namespace of the Alertmanager. The operator makes the Service `alertmanager-operated` with the port `web` in the namespace of each Alertmanager.',
  severity: 'fail',
  async run(context) {
    const { all } = await context.get(manifests);
    return withoutPatches(all).flatMap((one) => left(one, all, lost));
  },
});

/** Where an object sends alerts. */
interface Aim {
  readonly service: string;
  readonly namespace: string | undefined;
  readonly port: string;
  readonly path: Path;
}

function lost(one: Manifest, all: readonly Manifest[]): Finding[] {
  const aims = aimsOf(one);
  const objects = withoutPatches(all);
  const known = aims === undefined || aims.length === 0 ? [] : objects.filter(isAlertmanager);
  const faults = (aims ?? []).map((aim) => faultOf(aim, objects));
  // Of several, one may be elsewhere.
  if (known.length === 0 || faults.includes(undefined)) return [];
  const [{ service, namespace, path }] = aims as [Aim];
  const own = known.map((of) => `${of.kind} ${of.name}${inNamespace(namespaceOf(of))}`).join(' and ');
  const found = `${one.kind} ${one.name} sends alerts to Service ${service}${inNamespace(namespace)}, ${faults[0]}; the manifests have ${own}`;
  return [{ found, where: one.at(path) }];
}

function inNamespace(namespace: string | undefined): string {
  return namespace === undefined ? '' : ` in ${namespace}`;
}

function isAlertmanager({ kind, content, ...one }: Manifest): boolean {
  if (kind === 'Alertmanager') return String(content.apiVersion).startsWith(`${OPERATOR}/`);
  const path = podPathOf({ kind, content, ...one });
  return (
    path !== undefined &&
    listAt<{ readonly image?: string }>(content, [...path, 'containers']).some(
      ({ image = '' }) => programOfImage(image) === ALERTMANAGER,
    )
  );
}

const OPERATOR = 'monitoring.coreos.com';

/** The Services that an object sends alerts to; undefined where it names something else. */
function aimsOf(one: Manifest): readonly Aim[] | undefined {
  const { kind, content } = one;
  const namespace = namespaceOf(one);
  if (kind === 'Prometheus' && String(content.apiVersion).startsWith(`${OPERATOR}/`)) {
    const path = ['spec', 'alerting', 'alertmanagers'];
    return listAt<Endpoint>(content, path).map((endpoint, i) => ({
      service: endpoint.name ?? '',
      namespace: endpoint.namespace ?? namespace,
      port: String(endpoint.port ?? ''),
      path: [...path, i],
    }));
  }
  if (kind !== 'ConfigMap') return undefined;
  const aims = Object.entries((content.data ?? {}) as object).flatMap(([key, text]) =>
    targetsIn(String(text)).map((target) => aimAt(target, namespace, ['data', key])),
  );
  return aims.includes(undefined) ? undefined : (aims as readonly Aim[]);
}

/** Undefined for an address that is none of a Service. */
function aimAt(target: string, own: string | undefined, path: Path): Aim | undefined {
  const [, service, namespace = own, port = '80'] =
    /^([a-z0-9-]+)(?:\.([a-z0-9-]+)(?:\.svc(?:\.[\w.-]+)?)?)?(?::(\d+))?$/.exec(target) ?? [];
  return service === undefined ? undefined : { service, namespace, port, path };
}

interface Endpoint {
  readonly name?: string;
  readonly namespace?: string;
  readonly port?: string | number;
}

/** The static targets of `alerting` in a text that is a configuration of Prometheus. */
function targetsIn(text: string): string[] {
  if (!/^alerting:/m.test(text) || !/^(scrape_configs|rule_files):/m.test(text)) return [];
  return listAt<object>(readable(text), ['alerting', 'alertmanagers'])
    .flatMap((group) => listAt<object>(group, ['static_configs']))
    .flatMap((group) => listAt(group, ['targets']).map(String));
}

function faultOf({ service, namespace, port }: Aim, all: readonly Manifest[]): string | undefined {
  const isThere = (one: Manifest) => {
    const own = namespaceOf(one);
    return own === undefined || namespace === undefined || own === namespace || isMoved(all);
  };
  if (service === 'alertmanager-operated' && all.some((one) => one.kind === 'Alertmanager' && isThere(one)))
    return ['web', '9093', ''].includes(port) ? undefined : `which has no port ${port}: it has web (9093)`;
  const same = all.filter((one) => one.kind === 'Service' && one.name === service && isThere(one));
  if (same.length === 0) return 'which is not among them';
  const ports = same.flatMap(servicePorts);
  const isOpen = ports.some((one) => one.name === port || String(one.port) === port);
  return isOpen || port === '' || ports.length === 0
    ? undefined
    : `which has no port ${port}: it has ${ports.map((one) => one.name ?? one.port).join(', ')}`;
}
