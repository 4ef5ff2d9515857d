import { notInstalled } from '../not-installed.js';
import { command, configFlag } from './command.js';
import type { Values } from './flags.js';
import { list, names, oneOfWords, seconds, text, toggle, url } from './values.js';

const DEFAULT_SECONDS = 30;

const flags = {
  url: url('where clients reach the server, with its path'),
  admin: url('its admin port; http://HOST:9090'),
  prometheus: url('the Prometheus that scrapes it'),
  traces: url('where its traces are: the query API of Jaeger'),
  alertmanager: url('the Alertmanager that it sends alerts to'),
  logs: text('PLACE', 'where its log is: a file, or the address of Loki'),
  grafana: url('the Grafana that shows it'),
  manifests: text('PATH', 'file or folder: Kubernetes objects, Compose'),
  sendTestAlert: toggle('have Alertmanager send a marked test alert'),
  kube: text('CONTEXT', 'context of kubectl; in-cluster; URL of kubectl proxy'),
  namespace: names('look into these only, with --kube'),
  checkLinks: toggle('follow the links of alerts, without credentials'),
  tool: text('NAME', 'tool to call; one that only reads'),
  arguments: text('JSON', 'what to call it with'),
  tokenFile: list('LIST', 'files of tokens, for whom: url=FILE,prometheus=FILE'),
  ca: text('FILE', 'certificates to trust beside those of the system'),
  only: list('CODES', 'run only these: codes or groups'),
  skip: list('CODES', 'leave these out; as .pmcp-doctor.yaml does'),
  json: toggle('print JSON'),
  report: list('FILES', 'write these too: a.sarif, b.xml (JUnit), c.json'),
  metricsFile: text('FILE', 'write the results as metrics: a textfile, x.prom'),
  pushgateway: url('Pushgateway to publish the results to'),
  fix: oneOfWords(['diff', 'write'], 'repair manifests, publish dashboards: diff shows how, write does it'),
  timeout: seconds(`for all checks together; ${DEFAULT_SECONDS}`, DEFAULT_SECONDS),
  config: configFlag,
};

/** The settings of the doctor. */
export type DoctorSettings = Values<Omit<typeof flags, 'config'>>;

interface Doctor {
  /** @returns exit code: 1 when something was found, 2 when something could not be looked at */
  examine(settings: DoctorSettings): Promise<number>;
}

/** Needs an MCP client and more, which few who observe a server need beside it. */
const PACKAGE = '@pmcp/doctor';

export const doctorCommand = command({
  name: 'doctor',
  summary: 'Finds what is wrong with a deployment, and says what repairs it.',
  flags,
  async run({ values }) {
    const { examine } = await loadDoctor();
    process.exitCode = await examine(values);
  },
});

async function loadDoctor(): Promise<Doctor> {
  try {
    return (await import(PACKAGE)) as Doctor;
  } catch (cause) {
    throw notInstalled(PACKAGE, cause, ` for this command: npx ${PACKAGE} does the same`);
  }
}
