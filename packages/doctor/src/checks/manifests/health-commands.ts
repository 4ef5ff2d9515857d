import type { Finding } from '../../check.js';
import { allComposeServices, type ComposeService } from '../../facts/compose.js';
import { composeServices } from '../../facts/compose-servers.js';
import { withDefaults } from '../../facts/compose-variables.js';
import { missingTool } from '../../facts/image-tools.js';
import { some } from '../some.js';
import { filesCheck, workloadCheck } from './define.js';

const COMMAND = {
  severity: 'fail',
  cure: 'Ask with what the image has: of Node.js `node -e "fetch(\'http://127.0.0.1:9090/health/ready\').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"`, of Alpine `wget --quiet --spider URL`. Or install `curl` in an image of your own.',
} as const;

export const composeHealthCommandsAreThere = filesCheck({
  ...COMMAND,
  code: 'PMCP-D435',
  title: 'In Compose, health checks run a program that the image has.',
  why: 'A check whose program is missing fails each time: the container is `unhealthy` for ever, however well it works, and what waits for `service_healthy` never starts.',
  async run(context) {
    const servers = await context.get(composeServices);
    const all = await context.get(allComposeServices);
    return (servers.length === 0 ? [] : all).flatMap((service): Finding[] => {
      const tool = missingIn(service, all);
      if (tool === undefined) return [];
      const waiting = all.filter((one) => waitsFor(one, service.name)).map(({ name }) => name);
      const rest = waiting.length === 0 ? '' : `, so that ${some(waiting)} never starts`;
      const found = `service ${service.name} is never healthy: its check runs ${tool}, which ${service.spec.image} does not have${rest}`;
      return [{ found, where: service.at(['healthcheck', 'test']) }];
    });
  },
});

function missingIn({ name, spec }: ComposeService, all: readonly ComposeService[]): string | undefined {
  const same = all.filter((one) => one.name === name);
  // Another image, or a command that installs something, may be in a file of its own.
  const words = same
    .flatMap((one) => [one.spec.command, one.spec.entrypoint])
    .flat()
    .join(' ');
  const isPlain = same.every((one) => one.spec.build === undefined && one.spec.extends === undefined);
  const images = new Set(same.flatMap((one) => one.spec.image ?? []));
  if (!isPlain || images.size !== 1 || /\b(apt-get|apt|apk|curl|wget)\b/.test(words)) return undefined;
  const { test } = spec.healthcheck ?? {};
  const [kind, ...rest] = typeof test === 'string' ? ['CMD-SHELL', test] : (test ?? []);
  if (kind !== 'CMD' && kind !== 'CMD-SHELL') return undefined;
  return missingTool(withDefaults(spec.image ?? '').replaceAll('?', '$'), rest);
}

function waitsFor({ spec }: ComposeService, name: string): boolean {
  const on = spec.depends_on;
  return !Array.isArray(on) && (on as Conditions | undefined)?.[name]?.condition === 'service_healthy';
}

type Conditions = Readonly<Record<string, { readonly condition?: string } | null>>;

const PROBES = ['startupProbe', 'livenessProbe', 'readinessProbe'] as const;

export const probeCommandsAreThere = workloadCheck(
  {
    ...COMMAND,
    code: 'PMCP-D436',
    title: 'Probes run a program that the image has.',
    why: 'A probe whose program is missing fails each time: the pod is never ready, or is restarted again and again, however well it works.',
    cure: 'Let the kubelet ask itself, with `httpGet: { path: /health/ready, port: 9090 }`: it needs no program in the image.',
  },
  ({ title, containers }) =>
    containers.flatMap(({ spec, name, at }) =>
      PROBES.flatMap((probe) => {
        const tool = missingTool(spec.image ?? '', spec[probe]?.exec?.command ?? []);
        if (tool === undefined) return [];
        const found = `${title}: ${probe} of container ${name} runs ${tool}, which ${spec.image} does not have`;
        return [{ found, where: at([probe, 'exec']) }];
      }),
    ),
);
