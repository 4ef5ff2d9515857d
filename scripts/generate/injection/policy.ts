import { cel } from './cel.js';
import {
  env,
  FLAG,
  IMAGE,
  INJECT,
  initContainer,
  LOADER,
  mounts,
  program,
  scraped,
  volumes,
} from './snippet.js';
import { yaml } from './yaml.js';

const NAME = 'pmcp-observability';

const text = JSON.stringify;

/** An operation of a JSON patch, in CEL. The path is CEL too. */
const add = (path: string, value: string) => `JSONPatch{op: "add", path: ${path}, value: ${value}}`;

/** Makes a list, since a patch can't add to one that is missing. */
const list = (field: string) => `has(object.spec.${field}) ? [] : [${add(text(`/spec/${field}`), '[]')}]`;

/** Adds an element, if no other one has its name. */
function named(field: string, value: { readonly name: string }): string {
  const isThere = `object.spec.?${field}.orValue([]).exists(one, one.name == ${text(value.name)})`;
  return `${isThere} ? [] : [${add(text(`/spec/${field}/-`), cel(value, `Object.spec.${field}`).replace(text(IMAGE), 'variables.image'))}]`;
}

/** A path in a container. Its place in the list is that of its name, which no other one has. */
const inContainer = (field: string) =>
  `"/spec/containers/" + string(variables.names.indexOf(c.name)) + ${text(`/${field}`)}`;

const inContainers = (condition: string, operation: string) =>
  `object.spec.containers.filter(c, ${condition}).map(c, ${operation})`;

const listInContainers = (field: string) => inContainers(`!has(c.${field})`, add(inContainer(field), '[]'));

function namedInContainers(field: string, value: { readonly name: string }): string {
  const isThere = `c.?${field}.orValue([]).exists(one, one.name == ${text(value.name)})`;
  return inContainers(
    `!${isThere}`,
    add(inContainer(`${field}/-`), cel(value, `Object.spec.containers.${field}`)),
  );
}

const OPTIONS = 'c.env.map(one, one.name).lastIndexOf("NODE_OPTIONS")';
const OWN = 'c.?env.orValue([]).filter(one, one.name == "NODE_OPTIONS")';

/** Keeps what the container has. A value from elsewhere is not known here, so it stays alone. */
const appended = inContainers(
  `${OWN} != [] && ${OWN}.all(one, !has(one.valueFrom) && !one.?value.orValue("").contains(${text(FLAG)}))`,
  add(
    `${inContainer('env/')} + string(${OPTIONS}) + "/value"`,
    `(c.env[${OPTIONS}].?value.orValue("") + ${text(` ${FLAG}`)})`,
  ),
);

const annotation = (name: string) => `"/metadata/annotations/" + jsonpatch.escapeKey(${text(name)})`;
const annotated = (condition: string, values: Readonly<Record<string, string>>) => {
  const operations = Object.entries(values).map(([name, value]) => add(annotation(name), value));
  return `${condition} ? [${operations.join(', ')}] : []`;
};
const isMissing = (name: string) => `!(${text(name)} in object.metadata.annotations)`;
const quoted = (values: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, text(value)]));

/** One patch, whose operations follow each other. Between two patches, empty lists would be lost. */
const OPERATIONS = [
  list('volumes'),
  list('initContainers'),
  listInContainers('env'),
  listInContainers('volumeMounts'),
  ...volumes.map((volume) => named('volumes', volume)),
  named('initContainers', initContainer),
  ...mounts.map((mount) => namedInContainers('volumeMounts', mount)),
  ...env.map((variable) => namedInContainers('env', variable)),
  appended,
  namedInContainers('env', { name: 'NODE_OPTIONS', value: FLAG } as { name: string }),
  annotated('true', quoted({ [LOADER]: program })),
  annotated(
    `size(object.spec.containers) > 1 && ${isMissing('prometheus.io/scrape')} && ${isMissing('prometheus.io/container')}`,
    { 'prometheus.io/container': 'object.spec.containers[0].name' },
  ),
  annotated(isMissing('prometheus.io/scrape'), quoted(scraped)),
];

const policy = {
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: 'MutatingAdmissionPolicy',
  metadata: { name: NAME },
  spec: {
    // A pod that can't be changed starts as it is.
    failurePolicy: 'Ignore',
    reinvocationPolicy: 'IfNeeded',
    matchConstraints: {
      resourceRules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] }],
    },
    matchConditions: [
      {
        name: 'asked',
        expression: `object.metadata.?annotations[?${text(INJECT)}].orValue("") == "node"`,
      },
    ],
    variables: [
      { name: 'image', expression: text(IMAGE) },
      { name: 'names', expression: 'object.spec.containers.map(c, c.name)' },
    ],
    mutations: [
      {
        patchType: 'JSONPatch',
        jsonPatch: { expression: OPERATIONS.map((part) => `(${part})`).join(' +\n') },
      },
    ],
  },
};

const binding = {
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: 'MutatingAdmissionPolicyBinding',
  metadata: { name: NAME },
  spec: { policyName: NAME },
};

export const policyFile = () => yaml(policy, binding);
