import { blocksOf, pages, read } from '../../support/docs/blocks.js';
import { type Call, callsIn, linesOf } from '../../support/docs/shell.js';

/** Objects of the examples, and pods that a test adds, which stand for what a reader would name. */
const VARIABLES: Readonly<Record<string, string>> = {
  CRONJOB: 'postgres-backup',
  GATEWAY: 'notes',
  GATEWAY_NAMESPACE: 'notes',
  HPA: 'notes',
  JOB_NAME: 'backup-1',
  JWKS_URL: 'http://127.0.0.1/keys',
  NAME: 'notes',
  NAMESPACE: 'notes',
  NODE: 'node-1',
  POD: 'notes-1',
  POSTGRES_POD: 'postgresql-1',
  REDIS_POD: 'redis-1',
  REPLICAS: '3',
  SECRET: 'notes-tls',
  TOOL: 'search',
};

/** Words of the doctor's advice, by the kind of the object that they stand for. */
const NAMES: Readonly<Record<string, string>> = {
  certificate: 'notes-tls',
  cronjob: 'postgres-backup',
  deployment: 'notes',
  hpa: 'notes',
};

export interface Documented {
  readonly args: readonly string[];
  readonly page: string;
}

/** Returns every command of kubectl on a page or runbook, with names that a cluster of the tests has. */
export function documented(): Documented[] {
  const found = pages().flatMap((page) => callsOn(page).map(({ args }) => ({ args: filled(args), page })));
  return [...new Map(found.map((one) => [one.args.join(' '), one])).values()];
}

function callsOn(page: string): Call[] {
  const lines = blocksOf(page)
    .filter(({ language }) => language === 'sh')
    .flatMap(({ text }) => linesOf(text));
  const inText = read(page).replaceAll(/^ *```.*?^ *```$/gms, '');
  const spans = [...inText.matchAll(/`(kubectl [^`]+)`/g)].map(([, text = '']) => text);
  return [...lines, ...spans].flatMap(callsIn).filter(({ program }) => program === 'kubectl');
}

function filled(args: readonly string[]): string[] {
  return args.map((arg, i) => {
    const [, kind = args[i - 1] ?? ''] = /(\w+)\/NAME/.exec(arg) ?? [];
    return arg
      .replaceAll(/\$([A-Z_]+)/g, (whole, name: string) => VARIABLES[name] ?? whole)
      .replaceAll(/\b(NAME|POD|JOB)\b(?!:)/g, (word) =>
        word === 'NAME' ? (NAMES[kind] ?? 'notes') : word === 'POD' ? 'notes-1' : 'backup-1',
      );
  });
}
