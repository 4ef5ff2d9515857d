import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../fixtures/temporary-folder.js';
import { diagnosis } from '../../support/doctor.js';

const BASE = join(import.meta.dirname, '../../../examples/kubernetes/base');

/** A text of the manifests, and what stands there instead. */
type Change = readonly [text: string | RegExp, instead: string];

const SERVICE_MONITOR = `apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata:
  name: notes
  namespace: shop
spec:
  selector: { matchLabels: { app.kubernetes.io/name: notes } }
  endpoints:
    - port: metrics
`;
const POD_MONITOR = SERVICE_MONITOR.replace('kind: Service', 'kind: Pod').replace(
  'endpoints',
  'podMetricsEndpoints',
);
const SELECTOR = 'selector: { matchLabels: { app.kubernetes.io/name: notes } }';
/** What the Service is followed by, and nothing else. */
const SERVICE_LABELS = /(kind: Service\nmetadata:\n.*\n.*\n)(?: {2}labels:\n.*\n)/;
const VARIABLE = "- name: PMCP_METRICS_PORT\n              value: '9090'";

const looksInto = (selector: string): Change => [SELECTOR, `namespaceSelector: ${selector}\n  ${SELECTOR}`];
const selects = (selector: string): Change => [SELECTOR, `selector: ${selector}`];
const port = (name: string, value: string): Change => [VARIABLE, `- { name: ${name}, value: '${value}' }`];

/** The objects of a server that only a monitor has scraped, in one file. */
function manifests(monitor: string, changes: readonly Change[]): string {
  const objects = ['deployment', 'service', 'pod-disruption-budget', 'network-policy'].map((name) =>
    readFileSync(join(BASE, `${name}.yaml`), 'utf8')
      .replace('metadata:\n', 'metadata:\n  namespace: shop\n')
      .replace(/ {6}annotations:\n(?: {8}.*\n)+/, '')
      .replace(
        'targetPort: http',
        'targetPort: http\n    - { name: metrics, port: 9090, targetPort: metrics }',
      ),
  );
  const file = join(temporaryFolder('doctor'), 'all.yaml');
  const text = [...objects, monitor].join('---\n');
  const changed = changes.reduce((before, [from, to]) => {
    const after = before.replace(from, to);
    expect(after, `expected the manifests to have ${from}`).not.toBe(before);
    return after;
  }, text);
  writeFileSync(file, changed);
  return file;
}

/** The variables, mounts and volumes of a server whose admin port asks for something. */
const asking = (variables: string, mounts: string, volumes: string): readonly Change[] => [
  [VARIABLE, `${variables}\n            ${VARIABLE}`],
  ['          startupProbe:', `          volumeMounts: [${mounts}]\n          startupProbe:`],
  ['      containers:\n', `      volumes: [${volumes}]\n      containers:\n`],
];
const TOKEN = "- { name: PMCP_METRICS_TOKEN_FILE, value: '/etc/pmcp/token' }";
const MOUNT = '{ name: token, mountPath: /etc/pmcp }';
const VOLUME = '{ name: token, secret: { secretName: notes-metrics } }';
const keys = (items: string) => `{ name: token, secret: { secretName: notes-metrics, items: [${items}] } }`;
const secret = (key: string) => `---
kind: Secret
apiVersion: v1
metadata: { name: notes-metrics }
stringData: { ${key}: '' }
`;
const AUTHORIZATION = 'authorization: { credentials: { name: notes-metrics, key: token } }';
const SENDING = SERVICE_MONITOR.replace('- port: metrics', `- { port: metrics, ${AUTHORIZATION} }`);
const TLS = [
  "- { name: PMCP_METRICS_TLS_CERT, value: '/etc/pmcp/tls.crt' }",
  "- { name: PMCP_METRICS_TLS_KEY, value: '/etc/pmcp/tls.key' }",
].join('\n            ');
const secure: Change = [/(port: metrics\n)( {12}[a-z])/g, '$1              scheme: HTTPS\n$2'];

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

const HEALTHY: Readonly<Record<string, readonly [monitor: string, changes: readonly Change[]]>> = {
  'a monitor of its Service': [SERVICE_MONITOR, []],
  'a monitor of its pods': [POD_MONITOR, []],
  'a monitor of all namespaces': [SERVICE_MONITOR, [looksInto('{ any: true }')]],
  'a monitor of several namespaces': [POD_MONITOR, [looksInto('{ matchNames: [shop-staging, shop] }')]],
  'a monitor elsewhere that names the namespace': [
    SERVICE_MONITOR.replace('namespace: shop', 'namespace: monitoring'),
    [looksInto('{ matchNames: [shop] }')],
  ],
  'a monitor whose namespace is chosen later': [SERVICE_MONITOR.replace('  namespace: shop\n', ''), []],
  'labels as Helm writes them': [
    SERVICE_MONITOR,
    [
      selects(
        "{ matchLabels: { app.kubernetes.io/instance: shop, app.kubernetes.io/name: notes, helm.sh/chart: 'pmcp-server-1.0.0' } }",
      ),
      [
        SERVICE_LABELS,
        "$1  labels: { app.kubernetes.io/instance: shop, app.kubernetes.io/name: notes, helm.sh/chart: 'pmcp-server-1.0.0' }\n",
      ],
    ],
  ],
  'an expression that holds': [
    SERVICE_MONITOR,
    [selects('{ matchExpressions: [{ key: app.kubernetes.io/name, operator: Exists }] }')],
  ],
  'an empty selector': [POD_MONITOR, [selects('{}')]],
  'a monitor of another server beside its own': [
    `${SERVICE_MONITOR}---\n${SERVICE_MONITOR.replace('name: notes', 'name: redis').replace('/name: notes', '/name: redis')}`,
    [],
  ],
  'only monitors of others': [
    SERVICE_MONITOR.replace('name: notes', 'name: redis')
      .replace('/name: notes', '/name: redis')
      .replace('port: metrics', 'port: redis'),
    [],
  ],
  'a monitor of its database': [
    POD_MONITOR.replace('name: notes', 'name: notes-postgres').replace(
      'app.kubernetes.io/name: notes',
      'cnpg.io/cluster: notes',
    ),
    [],
  ],
  'a monitor of another app of the same release': [
    POD_MONITOR.replace('name: notes', 'name: redis').replace(
      'app.kubernetes.io/name: notes',
      'app.kubernetes.io/name: redis, app.kubernetes.io/instance: notes',
    ),
    [],
  ],
  'a port that its code may give': [
    POD_MONITOR,
    [
      port('PMCP_LOG', 'info'),
      ['containerPort: 9090', 'containerPort: 9464'],
      [/httpGet:\n.*\n.*\n/g, 'tcpSocket: { port: metrics }\n'],
      ['- port: metrics\n          protocol', '- port: 9090\n          protocol'],
    ],
  ],
  'a Service that is made elsewhere': [SERVICE_MONITOR, [[/kind: Service\n/, 'kind: ExternalService\n']]],
  'a ScrapeConfig beside the monitor': [
    `${SERVICE_MONITOR}---\nkind: ScrapeConfig\nmetadata: { name: pods }\n`,
    [selects('{ matchLabels: { app: notes } }')],
  ],
  'labels that a kustomization adds': [
    `${SERVICE_MONITOR}---\nkind: Kustomization\nlabels: [{ pairs: { team: shop } }]\n`,
    [selects('{ matchLabels: { team: shop } }')],
  ],
  'a namespace that a kustomization sets': [
    `${SERVICE_MONITOR}---\nkind: Kustomization\nnamespace: shop-staging\n`,
    [looksInto('{ matchNames: [shop-staging] }')],
  ],
  'a token that the monitor sends': [SENDING, asking(TOKEN, MOUNT, VOLUME)],
  'a token that another Secret holds': [SENDING + secret('token'), asking(TOKEN, MOUNT, VOLUME)],
  'a token by an item': [SENDING, asking(TOKEN, MOUNT, keys('{ key: t, path: token }'))],
  'a token mounted by itself': [
    SENDING,
    asking(TOKEN, '{ name: token, mountPath: /etc/pmcp/token, subPath: t }', keys('{ key: t, path: t }')),
  ],
  'a token in a projected volume': [
    SENDING,
    asking(
      TOKEN,
      '{ name: token, mountPath: /etc/pmcp/ }',
      '{ name: token, projected: { sources: [{ configMap: { name: ca } }, { secret: { name: a, items: [{ key: t, path: token }] } }] } }',
    ),
  ],
  'a token that a driver mounts': [
    SENDING,
    asking(TOKEN, MOUNT, '{ name: token, csi: { driver: secrets-store.csi.k8s.io } }'),
  ],
  'a Secret that is filled later': [
    `${SENDING}---\nkind: Secret\nmetadata: { name: notes-metrics }\n`,
    asking(TOKEN, MOUNT, VOLUME),
  ],
  'a token that an agent injects': [
    SENDING,
    [
      [VARIABLE, `${TOKEN}\n            ${VARIABLE}`],
      [/(template:\n {4}metadata:\n)/, "$1      annotations: { vault.hashicorp.com/agent-inject: 'true' }\n"],
    ],
  ],
  'authorities of the image': [
    SENDING,
    asking(
      `${TOKEN}\n            - { name: NODE_EXTRA_CA_CERTS, value: /etc/ssl/certs/ca-certificates.crt }`,
      MOUNT,
      VOLUME,
    ),
  ],
  'a mount that a patch adds': [
    `${SENDING}---\nkind: Kustomization\npatches: [{ patch: "- { op: add, path: /x, value: { mountPath: /etc/pmcp } }" }]\n`,
    [[VARIABLE, `${TOKEN}\n            ${VARIABLE}`]],
  ],
  'TLS that the monitor speaks': [
    SERVICE_MONITOR.replace('- port: metrics', '- { port: metrics, scheme: HTTPS }'),
    [...asking(TLS, MOUNT, VOLUME), secure],
  ],
  'TLS that a relabelling knows of': [
    POD_MONITOR.replace('- port: metrics', '- { port: metrics, relabelings: [{ targetLabel: __scheme__ }] }'),
    [...asking(TLS, MOUNT, VOLUME), secure],
  ],
  'a monitor of another port': [
    `${SENDING}---\n${SERVICE_MONITOR.replace('name: notes', 'name: app').replace('port: metrics', 'port: http')}`,
    asking(TOKEN, MOUNT, VOLUME),
  ],
  'a class that has the credentials': [
    SERVICE_MONITOR.replace('spec:\n', 'spec:\n  scrapeClass: internal\n'),
    asking(TOKEN, MOUNT, VOLUME),
  ],
  'the patch of a server that is elsewhere': [
    POD_MONITOR,
    [
      [VARIABLE, `${TOKEN}\n            ${VARIABLE}`],
      [/ {2}selector:\n {4}matchLabels:\n.*\n( {2}template:)/, '$1'],
    ],
  ],
  'two ports with names of their own': [
    POD_MONITOR,
    [
      port('PMCP_METRICS_PORT', '9464'),
      [/- name: metrics\n\s+containerPort: 9090/, '- { name: metrics, containerPort: 9464 }'],
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

  it.concurrent.each(Object.entries(HEALTHY))(
    'finds nothing wrong with %s',
    async (_, [monitor, changes]) => {
      expect(await diagnosis({ manifests: manifests(monitor, changes) })).toEqual({});
    },
  );
});
