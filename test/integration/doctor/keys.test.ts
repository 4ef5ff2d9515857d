import { describe, expect, it } from 'vitest';
import { diagnosis } from '../../support/doctor.js';
import { asking, type Change, manifests, POD_MONITOR, VARIABLE } from '../../support/monitored-manifests.js';

const object = (kind: string, version: string, rest: string, name = 'notes-secrets') =>
  `---\napiVersion: ${version}\nkind: ${kind}\nmetadata: { name: ${name}, namespace: shop }\n${rest}\n`;
const secret = (data: string) => object('Secret', 'v1', `stringData: { ${data} }`);
const external = (rest: string, name?: string) =>
  object('ExternalSecret', 'external-secrets.io/v1', `spec: { ${rest} }`, name);
const DATA = 'data: [{ secretKey: db-password, remoteRef: { key: notes/db } }]';

/** A server that takes a variable from there. */
const taking = (reference: string): readonly Change[] => [
  [VARIABLE, `- { name: PASSWORD, valueFrom: { ${reference} } }\n            ${VARIABLE}`],
];
const PASSWORD = taking('secretKeyRef: { name: notes-secrets, key: password }');

type Row = readonly [objects: string, changes: readonly Change[], found: string];

const BROKEN: readonly Row[] = [
  [
    secret("db-password: ''"),
    PASSWORD,
    'the variable PASSWORD takes the key password of Secret notes-secrets, and Secret notes-secrets has db-password',
  ],
  [
    external(DATA),
    PASSWORD,
    'the variable PASSWORD takes the key password of Secret notes-secrets, and ExternalSecret notes-secrets has db-password',
  ],
  [
    external(`target: { name: notes-secrets }, ${DATA}`, 'from-vault'),
    PASSWORD,
    'the variable PASSWORD takes the key password of Secret notes-secrets, and ExternalSecret from-vault has db-password',
  ],
  [
    external(`target: { template: { data: { url: 'postgres://{{ .db }}' } } }, ${DATA}`),
    PASSWORD,
    'the variable PASSWORD takes the key password of Secret notes-secrets, and ExternalSecret notes-secrets has url',
  ],
  [
    object('SealedSecret', 'bitnami.com/v1alpha1', 'spec: { encryptedData: { pass: AgB } }'),
    PASSWORD,
    'the variable PASSWORD takes the key password of Secret notes-secrets, and SealedSecret notes-secrets has pass',
  ],
  [
    object('ConfigMap', 'v1', 'data: { region: eu, level: info }'),
    taking('configMapKeyRef: { name: notes-secrets, key: zone }'),
    'the variable PASSWORD takes the key zone of ConfigMap notes-secrets, and ConfigMap notes-secrets has region, level',
  ],
  [
    object('Certificate', 'cert-manager.io/v1', 'spec: { secretName: notes-tls }'),
    asking(
      "- { name: REGION, value: 'eu' }",
      '{ name: tls, mountPath: /tls }',
      '{ name: tls, secret: { secretName: notes-tls, items: [{ key: cert.pem, path: cert.pem }] } }',
    ),
    'the volume tls takes the key cert.pem of Secret notes-tls, and Certificate notes-secrets has tls.crt, tls.key, ca.crt',
  ],
];

const HEALTHY: Readonly<Record<string, readonly [objects: string, changes: readonly Change[]]>> = {
  'a key that is there': [secret("password: ''"), PASSWORD],
  'a Secret that is elsewhere': ['', PASSWORD],
  'a Secret that is filled later': [object('Secret', 'v1', 'type: Opaque'), PASSWORD],
  'a Secret that another program writes into': [
    secret("db-password: ''").replace(
      'namespace: shop',
      'namespace: shop, annotations: { reflector: "true" }',
    ),
    PASSWORD,
  ],
  'a key that may be missing': [
    secret("db-password: ''"),
    taking('secretKeyRef: { name: notes-secrets, key: password, optional: true }'),
  ],
  'two objects that make one Secret': [
    secret("password: ''") + external(`target: { name: notes-secrets }, ${DATA}`, 'from-vault'),
    PASSWORD,
  ],
  'all keys of a store': [external('dataFrom: [{ extract: { key: notes } }]'), PASSWORD],
  'keys that are added to a Secret': [external(`target: { creationPolicy: Merge }, ${DATA}`), PASSWORD],
  'a template that adds a key': [
    external(`target: { template: { mergePolicy: Merge, data: { password: '{{ .a }}' } } }, ${DATA}`),
    PASSWORD,
  ],
  'a key that a kustomization generates': [
    `${secret("db-password: ''")}---\nkind: Kustomization\nsecretGenerator: [{ name: notes-secrets, behavior: merge, literals: [password=x] }]\n`,
    PASSWORD,
  ],
};

describe('the doctor before the keys of Secrets and ConfigMaps', () => {
  it.concurrent.each(BROKEN)('says that one is missing: %#', async (objects, changes, found) => {
    expect(await diagnosis({ manifests: manifests(POD_MONITOR + objects, changes) })).toEqual({
      'PMCP-D432': [`Deployment notes: ${found}`],
    });
  });

  it.concurrent.each(Object.entries(HEALTHY))(
    'finds nothing wrong with %s',
    async (_, [objects, changes]) => {
      expect(await diagnosis({ manifests: manifests(POD_MONITOR + objects, changes) })).toEqual({});
    },
  );
});
