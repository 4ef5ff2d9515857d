import type { Finding } from '../../check.js';
import { allComposeServices, type ComposeService } from '../../facts/compose.js';
import { withDefaults } from '../../facts/compose-variables.js';
import { parsedImage } from '../../facts/image-name.js';
import { filesCheck } from './define.js';

export const composeHealthIsTold = filesCheck({
  code: 'PMCP-D448',
  title: 'In Compose, a service that another waits for has a health check.',
  why: 'Compose waits for `service_healthy` only where there is a health check. Without one it says `has no healthcheck configured`, and does not start what waits.',
  cure: 'Give the service that the finding names a `healthcheck:`, or wait for `condition: service_started`.',
  severity: 'fail',
  async run(context) {
    const all = await context.get(allComposeServices);
    return all.flatMap((service): Finding[] =>
      waitedFor(service)
        .filter((name) => hasNoCheck(all.filter((one) => one.name === name)))
        .map((name) => ({
          found: `service ${service.name} waits until service ${name} is healthy, and that has no health check`,
          where: service.at(['depends_on', name]),
        })),
    );
  },
});

function waitedFor({ spec: { depends_on: others = {} } }: ComposeService): string[] {
  return Object.entries(others).flatMap(([name, one]: [string, unknown]) =>
    (one as { readonly condition?: unknown } | null)?.condition === 'service_healthy' ? [name] : [],
  );
}

/** Official images that have no health check of their own. */
const WITHOUT =
  /^(prom\/[\w-]+|postgres|redis|valkey\/valkey|mysql|mariadb|mongo|nginx|haproxy|traefik|caddy|rabbitmq|memcached|grafana\/(grafana|loki|tempo|alloy)|otel\/opentelemetry-collector(-contrib)?)$/;

/** Only a service that is told as a whole can be judged: others may get their check elsewhere. */
function hasNoCheck(services: readonly ComposeService[]): boolean {
  return (
    services.some(({ isAddition }) => !isAddition) &&
    services.every(
      ({ isAddition, spec: { image = '', build, extends: base, healthcheck } }) =>
        build === undefined &&
        base === undefined &&
        healthcheck === undefined &&
        (isAddition || WITHOUT.test(parsedImage(withDefaults(image)).repository)),
    )
  );
}
