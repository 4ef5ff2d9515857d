import {
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
import { DEFAULT_PORT, LISTEN, METRICS, PORT, proxy, scrapedAtProxy, UPSTREAM } from './proxy.js';
import { asked } from './snippet.js';

/** The name of the server's port. */
const NAME = `object.metadata.?annotations[?${text(PORT)}].orValue(${text(DEFAULT_PORT)})`;

const portsOf = (containers: string, condition: string) =>
  `object.spec.?${containers}.orValue([]).map(c, c.?ports.orValue([]).filter(p, ${condition}).size()).sum()`;
const HAS_NAME = `p.?name.orValue("") == ${NAME}`;
const IS_TAKEN = `p.containerPort in [${LISTEN}, ${METRICS}]`;

/** A pod that does not fulfil all of them starts as it is. */
const CONDITIONS = [
  asked('proxy'),
  {
    name: 'one-port',
    expression: `${portsOf('containers', `${HAS_NAME} && p.?protocol.orValue("TCP") == "TCP"`)} == 1 && ${portsOf('containers', HAS_NAME)} == 1`,
  },
  { name: 'no-port-of-another-sidecar', expression: `${portsOf('initContainers', HAS_NAME)} == 0` },
  {
    name: 'free-ports',
    expression: `${portsOf('containers', IS_TAKEN)} + ${portsOf('initContainers', IS_TAKEN)} == 0`,
  },
  { name: 'own-network', expression: '!object.spec.?hostNetwork.orValue(false)' },
];

const VARIABLES = [
  { name: 'port', expression: NAME },
  {
    name: 'upstream',
    expression: `"http://127.0.0.1:" + string(object.spec.containers.map(c, c.?ports.orValue([]).filter(p, p.?name.orValue("") == variables.port).map(p, p.containerPort)).filter(all, all.size() > 0)[0][0])`,
  },
];

const HAS_PORT = 'c.?ports.orValue([]).exists(p, p.?name.orValue("") == variables.port)';

/** The proxy takes the name over: what names the port finds it there. */
const unnamed = inContainers(
  HAS_PORT,
  `JSONPatch{op: "remove", path: ${inContainer('ports/')} + string(c.ports.map(p, p.?name.orValue("")).indexOf(variables.port)) + "/name"}`,
);

/** Whatever of the server asked its own port by name asks it by number. */
const ASKING = [
  'startupProbe',
  'livenessProbe',
  'readinessProbe',
  'lifecycle.postStart',
  'lifecycle.preStop',
].flatMap((handler) => ['httpGet', 'tcpSocket'].map((how) => `${handler}.${how}.port`));

const numbered = ASKING.map((field) =>
  inContainers(
    `${HAS_PORT} && c.?${field.replaceAll('.', '.?')}.orValue(0) == variables.port`,
    `JSONPatch{op: "replace", path: ${inContainer(field.replaceAll('.', '/'))}, value: c.ports.filter(p, p.?name.orValue("") == variables.port)[0].containerPort}`,
  ),
);

/** Stands for the name, which only the API server knows. */
const PLACE = 'the name of the port';
const [{ containerPort }, ...others] = proxy.ports;
const atPort = { ...proxy, ports: [{ name: PLACE, containerPort }, ...others] };

const OPERATIONS = [
  list('initContainers'),
  ...numbered,
  unnamed,
  named('initContainers', atPort, { [UPSTREAM]: 'variables.upstream', [PLACE]: 'variables.port' }),
  annotated(isMissing('prometheus.io/scrape'), quoted(scrapedAtProxy)),
];

/** The proxy in front of the server of a pod. */
export const proxyPolicy = () => policyFile('pmcp-observability-proxy', CONDITIONS, VARIABLES, OPERATIONS);
