import { cel } from './cel.js';
import {
  add,
  annotated,
  inContainer,
  inContainers,
  isMissing,
  list,
  named,
  policyFile,
  quoted,
  text,
} from './patch.js';
import { asked, env, FLAG, initContainer, LOADER, mounts, program, scraped, volumes } from './snippet.js';

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

/** The toolkit in each Node.js program of a pod. */
export const toolkitPolicy = () => policyFile('pmcp-observability', [asked('node')], [], OPERATIONS);
