import { unexpected } from '../expected.js';
import { checkAccess } from './access.js';
import { checkRemoteWrite } from './check-remote-write.js';
import {
  checkAnyEach,
  checkAnyForm,
  checkDuration,
  checkEach,
  checkForm,
  checkInteger,
  checkLabels,
  FORMS,
  milliseconds,
} from './checks.js';
import { METRIC_LABELS } from './metric-labels.js';
import { CADVISOR_JOB, NEIGHBOURS } from './neighbours.js';
import {
  type Docker,
  type Kubernetes,
  type NeighbourName,
  type Options,
  type Probes,
  SCRAPE_INTERVAL,
  SCRAPED_HISTOGRAMS,
  SERVERS_JOB,
} from './options.js';
import { PROBES_JOB } from './probes.js';
import { parseSelector } from './selector.js';

/** @throws TypeError that names the option which is wrong */
export function check(options: Options): void {
  checkTimes(options);
  checkLabels('externalLabels', options.externalLabels);
  checkAnyEach('ruleFiles', options.ruleFiles, FORMS.ruleFile);
  checkAnyEach('alertmanagers', options.alertmanagers, FORMS.address);
  checkAnyForm('listen', options.listen, FORMS.address);
  checkInteger('exemplars', options.exemplars, 1, 1e7);
  checkHistograms(options);
  if (options.servers) checkAccess(options.servers);
  if (options.kubernetes) checkKubernetes(options.kubernetes);
  if (options.docker) checkDocker(options.docker);
  checkTargets(options);
  checkNeighbours(options);
  if (options.probes) checkProbes(options.probes);
  for (const [index, remote] of (options.remoteWrite ?? []).entries()) {
    checkRemoteWrite(`remoteWrite[${index}]`, remote, options);
  }
  checkTogether(options);
  checkJobs(options);
}

function checkTimes({ interval = SCRAPE_INTERVAL, timeout = '10s', evaluationInterval }: Options): void {
  checkDuration('interval', interval);
  checkDuration('timeout', timeout);
  checkDuration('evaluationInterval', evaluationInterval);
  if (milliseconds(timeout) > milliseconds(interval)) {
    throw unexpected('timeout', `at most \`interval\`, ${interval}`, timeout);
  }
}

function checkHistograms({ histograms, keepClassicHistograms, omitZeros }: Options): void {
  if (histograms !== undefined && !SCRAPED_HISTOGRAMS.includes(histograms)) {
    throw unexpected('histograms', `one of ${SCRAPED_HISTOGRAMS.join(', ')}`, histograms);
  }
  if (keepClassicHistograms && (histograms ?? 'classic') === 'classic') {
    throw unexpected('histograms', 'nhcb or native with `keepClassicHistograms`', histograms);
  }
  // Only protobuf says when a counter began, and Prometheus asks for it with native histograms.
  if (omitZeros && histograms !== 'native')
    throw unexpected('histograms', 'native with `omitZeros`', histograms);
}

function checkKubernetes({ job, namespaces, selector, port, apiServer }: Kubernetes): void {
  checkAnyForm('kubernetes.job', job, FORMS.job);
  checkAnyEach('kubernetes.namespaces', namespaces, FORMS.namespace);
  if (selector !== undefined) parseSelector('kubernetes.selector', selector);
  checkInteger('kubernetes.port', port, 1, 65535);
  checkAnyForm('kubernetes.apiServer', apiServer, FORMS.url);
}

function checkDocker({ job, host, port, network }: Docker): void {
  checkAnyForm('docker.job', job, FORMS.job);
  checkAnyForm('docker.host', host, FORMS.dockerHost);
  checkInteger('docker.port', port, 1, 65535);
  checkAnyForm('docker.network', network, FORMS.job);
}

function checkTargets({ targets = [], files = [] }: Options): void {
  for (const [index, { job, targets: addresses, labels }] of targets.entries()) {
    checkForm(`targets[${index}].job`, job, FORMS.job);
    checkEach(`targets[${index}].targets`, addresses, FORMS.address);
    checkTargetLabels(`targets[${index}].labels`, labels);
  }
  for (const [index, { job, paths }] of files.entries()) {
    checkForm(`files[${index}].job`, job, FORMS.job);
    checkEach(`files[${index}].paths`, paths, FORMS.targetFile);
  }
}

function checkTargetLabels(option: string, labels: Readonly<Record<string, string>> = {}): void {
  checkLabels(option, labels);
  const taken = Object.keys(labels).find((label) => METRIC_LABELS.includes(label));
  if (taken) throw unexpected(`${option}.${taken}`, 'a label that no metric has', taken);
}

function checkNeighbours({ neighbours = {} }: Options): void {
  const known = ['cadvisor', ...Object.keys(NEIGHBOURS)];
  for (const [name, places] of Object.entries(neighbours)) {
    if (!known.includes(name)) throw unexpected(`neighbours.${name}`, `one of ${known.join(', ')}`, name);
    if (places !== 'kubernetes') checkEach(`neighbours.${name}`, places, FORMS.address);
  }
}

function checkProbes({ exporter, targets, module }: Probes): void {
  checkForm('probes.exporter', exporter, FORMS.address);
  checkEach('probes.targets', targets, FORMS.address);
  checkAnyForm('probes.module', module, FORMS.job);
}

/** Checks which options need each other, or exclude each other. */
function checkTogether(options: Options): void {
  const { agent, thanos, externalLabels = {}, remoteWrite = [] } = options;
  if (thanos && Object.keys(externalLabels).length === 0) {
    throw unexpected(
      'externalLabels',
      'given with `thanos`, and different for every Prometheus',
      externalLabels,
    );
  }
  if (agent && remoteWrite.length === 0) throw unexpected('remoteWrite', 'given with `agent`', remoteWrite);
  for (const option of ['ruleFiles', 'alertmanagers', 'thanos', 'exemplars', 'otlp'] as const) {
    if (agent && options[option])
      throw unexpected(option, 'absent with `agent`, which stores nothing', options[option]);
  }
}

function checkJobs({ kubernetes, docker, targets = [], files = [], probes, neighbours = {} }: Options): void {
  const jobs = [
    ...(kubernetes ? [['kubernetes.job', kubernetes.job ?? SERVERS_JOB]] : []),
    ...(docker ? [['docker.job', docker.job ?? SERVERS_JOB]] : []),
    ...targets.map(({ job }, index) => [`targets[${index}].job`, job]),
    ...files.map(({ job }, index) => [`files[${index}].job`, job]),
    ...(probes ? [['probes', PROBES_JOB]] : []),
    ...Object.keys(neighbours).map((name) => [`neighbours.${name}`, jobOf(name as NeighbourName)]),
  ] as const;
  const taken = new Map<string, string>();
  for (const [option = '', job = ''] of jobs) {
    const other = taken.get(job);
    if (other) throw unexpected(option, `another job than \`${other}\` has`, job);
    taken.set(job, option);
  }
}

function jobOf(name: NeighbourName): string {
  return name === 'cadvisor' ? CADVISOR_JOB : NEIGHBOURS[name].job;
}
