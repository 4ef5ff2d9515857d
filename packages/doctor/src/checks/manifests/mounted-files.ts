import type { Finding } from '../../check.js';
import { type Origin, originOf } from '../../facts/pod-files.js';
import { isWhole, type Workload } from '../../facts/workloads.js';
import { workloadCheck } from './define.js';

/** Variables and flags whose value is a file that is read, and not one that is written. */
const VARIABLE =
  /^PMCP_\w*((TOKEN|PASSWORD|KEY)_FILE|TLS_(CERT|KEY)|WEB_CONFIG)$|^OTEL_EXPORTER_OTLP_(\w+_)?CLIENT_(CERTIFICATE|KEY)$/;
/** Those that nobody has to keep secret may be in the image as well. */
const AUTHORITY = /^PMCP_\w*TLS_CLIENT_CA$|^OTEL_EXPORTER_OTLP_(\w+_)?CERTIFICATE$|^NODE_EXTRA_CA_CERTS$/;
const FLAG =
  /^(--[\w-]*(?:token-file|password-file|key-file|tls-cert|tls-key|client-ca|web-config))(?:=(.*))?$/;

/** What an image has of its own, what the kubelet mounts, and what a process tells of itself. */
const OF_THE_IMAGE =
  /^\/(etc\/(ssl|pki|ca-certificates)|usr|opt|app|home|srv|proc|dev|var\/run\/secrets\/(kubernetes|eks|azure))/;

export const filesAreMounted = workloadCheck(
  {
    code: 'PMCP-D403',
    title: 'The files that the settings name are in volumes of the container.',
    why: 'Without its token, certificate or key a port stays closed: nobody scrapes, and probes that ask it restart the pod.',
    cure: 'Mount the volume at the folder of the file, or let the setting name the place where it is mounted; the name of the file is the key of the Secret, or the `path` of its item.',
    severity: 'fail',
  },
  (workload, all): Finding[] => {
    if (isInjected(workload) || !isWhole(workload)) return [];
    return namedFiles(workload).flatMap(({ setting, path, where }) => {
      const origin = originOf(path, workload, all);
      const fault = faultOf(origin);
      const mayBeInside =
        AUTHORITY.test(setting) && origin.kind === 'unmounted' && origin.mounted.length === 0;
      if (fault === undefined || mayBeInside) return [];
      return [{ found: `${workload.title}: ${setting} is ${path}, and ${fault}`, where }];
    });
  },
);

/** Agents mount volumes into pods that ask for it by an annotation. */
function isInjected({ annotations }: Workload): boolean {
  return Object.keys(annotations).some((key) => /inject|vault|secrets-store|bank-vaults/i.test(key));
}

function namedFiles({ observed }: Workload) {
  const variables = (observed.spec.env ?? []).map(({ name, value }, i) => ({
    setting: name,
    path: VARIABLE.test(name) || AUTHORITY.test(name) ? textOf(value) : undefined,
    where: observed.at(['env', i]),
  }));
  const flags = (['command', 'args'] as const).flatMap((key) =>
    wordsOf(observed.spec[key]).map((word, i, words) => {
      const [, flag = '', value = words[i + 1]] = FLAG.exec(word) ?? [];
      return { setting: flag, path: flag === '' ? undefined : value, where: observed.at([key, i]) };
    }),
  );
  return [...variables, ...flags].flatMap(({ path, ...rest }) => (isTold(path) ? [{ ...rest, path }] : []));
}

/** A value that is no text is told by another check. */
function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function wordsOf(words: readonly unknown[] | undefined): string[] {
  return Array.isArray(words) ? words.map(String) : [];
}

function isTold(path: string | undefined): path is string {
  return path?.startsWith('/') === true && !path.includes('$') && !OF_THE_IMAGE.test(path);
}

function faultOf(origin: Origin): string | undefined {
  if (origin.kind === 'possible') return undefined;
  if (origin.kind === 'absent')
    return `volume ${origin.volume} has no such file: it has ${origin.files.join(', ')}`;
  const { mounted } = origin;
  return `no volume is mounted there${mounted.length > 0 ? `: they are at ${[...new Set(mounted)].join(', ')}` : ''}`;
}
