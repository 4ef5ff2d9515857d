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
  VARIABLE,
  VOLUME,
} from '../../support/monitored-manifests.js';

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

describe('the doctor before monitors of the operator that scrape the server', () => {
  it.concurrent.each(Object.entries(HEALTHY))(
    'finds nothing wrong with %s',
    async (_, [monitor, changes]) => {
      expect(await diagnosis({ manifests: manifests(monitor, changes) })).toEqual({});
    },
  );
});
