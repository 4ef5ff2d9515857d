import { unexpected } from '../expected.js';
import {
  checkAnyForm,
  checkDuration,
  checkForm,
  checkInteger,
  checkPattern,
  FORMS,
  milliseconds,
} from './checks.js';
import {
  type Options,
  type Queue,
  REMOTE_WRITE_VERSIONS,
  type RelabelRule,
  type RemoteWrite,
} from './options.js';

/** @throws TypeError that names the option which is wrong */
export function checkRemoteWrite(
  option: string,
  remote: RemoteWrite,
  { histograms }: Pick<Options, 'histograms'>,
): void {
  checkVersion(`${option}.version`, remote, histograms);
  const { url, name, headers = {}, basicAuth, bearerTokenFile, queue, relabel = [] } = remote;
  checkForm(`${option}.url`, url, FORMS.url);
  checkAnyForm(`${option}.name`, name, FORMS.job);
  checkHeaders(`${option}.headers`, headers);
  if (basicAuth && bearerTokenFile)
    throw unexpected(`${option}.bearerTokenFile`, 'absent beside `basicAuth`', bearerTokenFile);
  if (basicAuth) {
    checkForm(`${option}.basicAuth.username`, basicAuth.username, FORMS.filled);
    checkForm(`${option}.basicAuth.passwordFile`, basicAuth.passwordFile, FORMS.filled);
  }
  checkAnyForm(`${option}.bearerTokenFile`, bearerTokenFile, FORMS.filled);
  if (queue) checkQueue(`${option}.queue`, queue);
  for (const [index, rule] of relabel.entries()) checkRule(`${option}.relabel[${index}]`, rule);
}

function checkVersion(option: string, { version }: RemoteWrite, histograms: Options['histograms']): void {
  if (version === undefined) return;
  if (!REMOTE_WRITE_VERSIONS.includes(version)) throw unexpected(option, '1 or 2', version);
  // Prometheus would leave out every histogram.
  if (version === 1 && histograms === 'nhcb') throw unexpected(option, '2 with `histograms: nhcb`', version);
}

function checkHeaders(option: string, headers: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(headers)) {
    checkForm(`${option}.${name}`, name, FORMS.header);
    checkForm(`${option}.${name}`, value, FORMS.filled);
    if (/^(proxy-)?authorization$/i.test(name)) {
      throw unexpected(`${option}.${name}`, 'given by `basicAuth` or `bearerTokenFile`', '(hidden)');
    }
  }
}

function checkQueue(option: string, queue: Queue): void {
  const { minShards = 1, maxShards = 50, minBackoff = '30ms', maxBackoff = '5s' } = queue;
  checkInteger(`${option}.capacity`, queue.capacity, 1, 1e7);
  checkInteger(`${option}.maxSamplesPerSend`, queue.maxSamplesPerSend, 1, 1e6);
  checkInteger(`${option}.maxShards`, maxShards, 1, 1e4);
  checkInteger(`${option}.minShards`, minShards, 1, maxShards);
  checkDuration(`${option}.batchSendDeadline`, queue.batchSendDeadline);
  checkDuration(`${option}.minBackoff`, minBackoff);
  checkDuration(`${option}.maxBackoff`, maxBackoff);
  if (milliseconds(minBackoff) > milliseconds(maxBackoff)) {
    throw unexpected(`${option}.minBackoff`, `at most \`maxBackoff\`, ${maxBackoff}`, minBackoff);
  }
}

/** The fields that each action needs. */
const NEEDED = {
  replace: ['target_label'],
  keep: ['source_labels', 'regex'],
  drop: ['source_labels', 'regex'],
  keepequal: ['source_labels', 'target_label'],
  dropequal: ['source_labels', 'target_label'],
  labelmap: ['regex'],
  labeldrop: ['regex'],
  labelkeep: ['regex'],
} as const;

function checkRule(option: string, rule: RelabelRule): void {
  const { action = 'replace', source_labels = [], target_label, regex } = rule;
  if (!Object.hasOwn(NEEDED, action)) {
    throw unexpected(`${option}.action`, `one of ${Object.keys(NEEDED).join(', ')}`, action);
  }
  for (const field of NEEDED[action]) {
    if (rule[field] === undefined) throw unexpected(`${option}.${field}`, `given for ${action}`, undefined);
  }
  for (const [index, label] of source_labels.entries()) {
    checkForm(`${option}.source_labels[${index}]`, label, SOURCE);
  }
  checkAnyForm(`${option}.target_label`, target_label, FORMS.label);
  checkPattern(`${option}.regex`, regex);
}

/** Unlike `FORMS.label`, this allows `__name__`, the label with the name of the metric. */
const SOURCE = { form: /^[a-zA-Z_]\w*$/, is: 'the name of a label' };
