import { describe, expect, it } from 'vitest';
import { diagnosis } from '../../support/doctor.js';
import {
  asking,
  type Change,
  keys,
  looksInto,
  MOUNT,
  manifests,
  POD_MONITOR,
  port,
  SENDING,
  SERVICE_LABELS,
  SERVICE_MONITOR,
  secret,
  secure,
  selects,
  TLS,
  TOKEN,
  VOLUME,
} from '../../support/monitored-manifests.js';

type Row = readonly [monitor: string, changes: readonly Change[], found: string | RegExp];

const BROKEN: Readonly<Record<string, readonly Row[]>> = {
  'PMCP-D401': [
    [
      SERVICE_MONITOR,
      [looksInto('{ matchNames: [shop-staging] }')],
      'ServiceMonitor notes looks into namespace shop-staging, and Service notes is in shop: nobody scrapes Deployment notes',
    ],
    [
      POD_MONITOR,
      [looksInto('{ matchNames: [a, b] }')],
      'PodMonitor notes looks into namespace a, b, and Deployment notes is in shop: nobody scrapes Deployment notes',
    ],
    [
      SERVICE_MONITOR.replace('namespace: shop', 'namespace: monitoring'),
      [],
      /looks into namespace monitoring, and Service notes is in shop/,
    ],
    [
      POD_MONITOR.replace('namespace: shop', 'namespace: monitoring'),
      [],
      /looks into namespace monitoring, and Deployment notes is in shop/,
    ],
    [SERVICE_MONITOR, [[SERVICE_LABELS, '$1']], /which no Service has: Service notes has \{\}/],
    [
      SERVICE_MONITOR,
      [selects('{ matchLabels: { app: notes } }')],
      /selects \{"app":"notes"\}, which no Service has/,
    ],
    [
      SERVICE_MONITOR,
      [selects('{ matchExpressions: [{ key: app, operator: In, values: [notes] }] }')],
      /selects \{"matchExpressions":.*, which no Service has/,
    ],
    [
      SERVICE_MONITOR,
      [selects('{ matchExpressions: [{ key: app.kubernetes.io/name, operator: NotIn, values: [notes] }] }')],
      /which no Service has/,
    ],
    [
      POD_MONITOR,
      [selects('{ matchLabels: { app: notes } }')],
      /selects \{"app":"notes"\}, which no pod has/,
    ],
  ],
  'PMCP-D403': [
    [
      SENDING,
      asking(TOKEN, '{ name: token, mountPath: /etc/pmcp-token }', VOLUME),
      'Deployment notes: PMCP_METRICS_TOKEN_FILE is /etc/pmcp/token, and no volume is mounted there: they are at /etc/pmcp-token',
    ],
    [SENDING, asking(TOKEN, '', ''), /and no volume is mounted there$/],
    [
      SENDING,
      asking(TOKEN, MOUNT, keys('{ key: t, path: metrics-token }')),
      'Deployment notes: PMCP_METRICS_TOKEN_FILE is /etc/pmcp/token, and volume token has no such file: it has metrics-token',
    ],
    [SENDING + secret('password'), asking(TOKEN, MOUNT, VOLUME), /no such file: it has password$/],
    [
      SENDING,
      asking(
        TOKEN,
        MOUNT,
        '{ name: token, projected: { sources: [{ secret: { name: a, items: [{ key: t, path: t }] } }, { serviceAccountToken: { path: sa } }] } }',
      ),
      /no such file: it has t, sa$/,
    ],
    [
      SENDING,
      [
        ...asking(TOKEN, MOUNT, VOLUME),
        ['          env:\n', "          args: ['--audit-key-file', /etc/audit/key]\n          env:\n"],
      ],
      /--audit-key-file is \/etc\/audit\/key, and no volume/,
    ],
    [
      SENDING,
      asking(
        `${TOKEN}\n            - { name: OTEL_EXPORTER_OTLP_CERTIFICATE, value: /etc/ca/ca.crt }`,
        MOUNT,
        VOLUME,
      ),
      /OTEL_EXPORTER_OTLP_CERTIFICATE is \/etc\/ca\/ca.crt, and no volume/,
    ],
  ],
  'PMCP-D404': [
    [
      SERVICE_MONITOR,
      asking(TOKEN, MOUNT, VOLUME),
      'ServiceMonitor notes sends Deployment notes no credentials, and PMCP_METRICS_TOKEN_FILE asks for a token (401)',
    ],
    [POD_MONITOR, asking(TOKEN, MOUNT, VOLUME), /^PodMonitor notes sends Deployment notes no credentials/],
    [
      SERVICE_MONITOR.replace('- port: metrics', '- { port: metrics, basicAuth: {} }'),
      asking(TOKEN, MOUNT, VOLUME),
      /sends Deployment notes a name and password, and PMCP_METRICS_TOKEN_FILE asks for a token \(401\)/,
    ],
    [
      SERVICE_MONITOR,
      [...asking(TLS, MOUNT, VOLUME), secure],
      'ServiceMonitor notes asks Deployment notes by HTTP, and PMCP_METRICS_TLS_CERT gives its admin port TLS',
    ],
    [
      SERVICE_MONITOR.replace('- port: metrics', '- { port: metrics, scheme: https }'),
      [
        ...asking(
          `${TLS}\n            - { name: PMCP_METRICS_TLS_CLIENT_CA, value: /etc/pmcp/ca.crt }`,
          MOUNT,
          VOLUME,
        ),
        secure,
      ],
      /shows Deployment notes no certificate, and PMCP_METRICS_TLS_CLIENT_CA asks for one \(403\)/,
    ],
  ],
  'PMCP-D402': [
    [
      SERVICE_MONITOR,
      [port('PMCP_METRICS_PORT', '9091')],
      'Deployment notes: PMCP_METRICS_PORT is 9091, and the port, the probes and the monitor say 9090',
    ],
    [POD_MONITOR, [port('PMCP_METRICS_PORT', '9091')], /PMCP_METRICS_PORT is 9091, .* say 9090$/],
    [
      POD_MONITOR,
      [port('PMCP_LOG', 'info'), ['containerPort: 9090', 'containerPort: 9464']],
      'Deployment notes: PMCP_METRICS_PORT is not set, which means 9090, and the port, the probes and the monitor say 9464',
    ],
    [
      POD_MONITOR,
      [['          env:\n', "          args: ['--metrics-port=9464']\n          env:\n"]],
      /--metrics-port is 9464, and .* say 9090/,
    ],
  ],
};

describe('the doctor before monitors of the operator', () => {
  const rows = Object.entries(BROKEN).flatMap(([code, all]) =>
    all.map(([monitor, changes, found]) => ({ code, monitor, changes, found })),
  );

  it.concurrent.each(rows)('says $code: $found', async ({ code, monitor, changes, found }) => {
    const told = typeof found === 'string' ? found : expect.stringMatching(found);
    expect(await diagnosis({ manifests: manifests(monitor, changes) })).toEqual({ [code]: [told] });
  });
});
