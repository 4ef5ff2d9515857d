/** A JSON patch of a pod, whose operations are written in CEL, the language of admission policies. */
import { cel } from './cel.js';
import { IMAGE } from './snippet.js';
import { yaml } from './yaml.js';

export const text = JSON.stringify;

/** An operation of a JSON patch, in CEL. The path is CEL too. */
export const add = (path: string, value: string) => `JSONPatch{op: "add", path: ${path}, value: ${value}}`;

/** Makes a list, since a patch can't add to one that is missing. */
export const list = (field: string) =>
  `has(object.spec.${field}) ? [] : [${add(text(`/spec/${field}`), '[]')}]`;

/** Adds an element, if no other one has its name. Some texts of it may be variables. */
export function named(
  field: string,
  value: { readonly name: string },
  variables: Readonly<Record<string, string>> = {},
): string {
  const isThere = `object.spec.?${field}.orValue([]).exists(one, one.name == ${text(value.name)})`;
  const written = Object.entries({ [IMAGE]: 'variables.image', ...variables }).reduce(
    (all, [known, variable]) => all.replaceAll(text(known), variable),
    cel(value, `Object.spec.${field}`),
  );
  return `${isThere} ? [] : [${add(text(`/spec/${field}/-`), written)}]`;
}

/** A path in a container. Its place in the list is that of its name, which no other one has. */
export const inContainer = (field: string) =>
  `"/spec/containers/" + string(variables.names.indexOf(c.name)) + ${text(`/${field}`)}`;

export const inContainers = (condition: string, operation: string) =>
  `object.spec.containers.filter(c, ${condition}).map(c, ${operation})`;

const annotation = (name: string) => `"/metadata/annotations/" + jsonpatch.escapeKey(${text(name)})`;

/** Adds annotations. Their values are CEL. */
export const annotated = (condition: string, values: Readonly<Record<string, string>>) => {
  const operations = Object.entries(values).map(([name, value]) => add(annotation(name), value));
  return `${condition} ? [${operations.join(', ')}] : []`;
};
export const isMissing = (name: string) => `!(${text(name)} in object.metadata.annotations)`;
export const quoted = (values: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, text(value)]));

interface Named {
  readonly name: string;
  readonly expression: string;
}

/** Returns a policy with its binding, which changes pods that fulfil all conditions. */
export function policyFile(
  name: string,
  conditions: readonly Named[],
  variables: readonly Named[],
  operations: readonly string[],
): string {
  const policy = {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'MutatingAdmissionPolicy',
    metadata: { name },
    spec: {
      // A pod that can't be changed starts as it is.
      failurePolicy: 'Ignore',
      reinvocationPolicy: 'IfNeeded',
      matchConstraints: {
        resourceRules: [
          { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] },
        ],
      },
      matchConditions: conditions,
      variables: [
        { name: 'image', expression: text(IMAGE) },
        { name: 'names', expression: 'object.spec.containers.map(c, c.name)' },
        ...variables,
      ],
      // One patch, whose operations follow each other. Between two patches, empty lists would be lost.
      mutations: [
        {
          patchType: 'JSONPatch',
          jsonPatch: { expression: operations.map((part) => `(${part})`).join(' +\n') },
        },
      ],
    },
  };
  const binding = {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'MutatingAdmissionPolicyBinding',
    metadata: { name },
    spec: { policyName: name },
  };
  return yaml(policy, binding);
}
