import { notInstalled } from '../not-installed.js';
import { command, configFlag } from './command.js';
import type { Values } from './flags.js';
import { list, names, oneOfWords, seconds, text, toggle, url } from './values.js';

const flags = {
  url: url('where clients reach the server, with its path'),
  admin: url('admin port of the server: http://HOST:9090'),
  prometheus: url('the Prometheus that scrapes it'),
  traces: url('store of its traces: the query API of Jaeger'),
  alertmanager: url('the Alertmanager that it sends alerts to'),
  logs: text('PLACE', 'where its log is: a file, or the address of Loki'),
  grafana: url('the Grafana that shows it'),
  manifests: text('PATH', 'file, folder or -: Kubernetes objects, Compose'),
  sendTestAlert: toggle('have Alertmanager send a marked test alert'),
  kube: text('CONTEXT', 'context of kubectl; in-cluster; URL of kubectl proxy'),
  namespace: names('with --kube: only these namespaces'),
  checkLinks: toggle('follow the links of alerts, without credentials'),
  tool: text('NAME', 'tool to call; choose one that only reads'),
  arguments: text('JSON', 'arguments for this tool'),
  tokenFile: list('LIST', 'token files: url=FILE,admin=FILE,prometheus=FILE'),
  ca: text('FILE', 'certificates to trust, in addition to the system'),
  only: list('CODES', 'run only these checks: codes or groups'),
  skip: list('CODES', 'skip these checks, as with .pmcp-doctor.yaml'),
  json: toggle('print JSON'),
  report: list('FILES', 'also write reports: a.sarif, b.xml (JUnit), c.json'),
  metricsFile: text('FILE', 'write the results as metrics: a textfile, x.prom'),
  pushgateway: url('Pushgateway to publish the results to'),
  fix: oneOfWords(['diff', 'write'], 'repair manifests and dashboards: diff or write'),
  timeout: seconds('time for all checks together (default: 30, or what a slow scrape needs)', undefined),
  holdStream: seconds('time to hold a quiet stream open (default: 20)', 20),
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
  summary: 'Finds faults in a deployment, and says how to repair them.',
  flags,
  rareFlags: [
    'namespace',
    'arguments',
    'checkLinks',
    'sendTestAlert',
    'ca',
    'metricsFile',
    'pushgateway',
    'timeout',
    'holdStream',
  ],
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
