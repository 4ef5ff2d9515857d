import { readFileSync, writeFileSync } from 'node:fs';
import { UsageError } from '../errors.js';
import type { Values } from '../flags.js';
import { checkKeyPair } from '../tls-files.js';
import { type Answer, ask } from './ask.js';
import type { profileFlags } from './flags.js';
import { KINDS } from './kinds.js';

/** Extra time, since the port may be busy with other work. */
const PATIENCE_MS = 60_000;

/** Takes the profile, keeps it, and prints the report. */
export async function run(values: Values<typeof profileFlags>, operand: string | undefined): Promise<void> {
  const {
    kind: word,
    seconds: duration,
    top,
    output,
    ca,
    clientCert: cert,
    clientKey: key,
    serverName,
  } = values;
  const kind = KINDS[word ?? 'cpu']!;
  const base = target(operand);
  checkKeyPair('client', cert, key);
  const url = new URL(`debug/pprof/${kind.path}?seconds=${duration}&format=${kind.format}`, base);
  const authorization = credentials(values);
  const timeoutMs = duration * 1000 + PATIENCE_MS;
  const answer = await ask({ url, authorization, ca, cert, key, serverName, timeoutMs }).catch(
    (error: Error) => {
      throw new Error(`can't reach ${url.origin}: ${error.message}`);
    },
  );
  if (answer.status !== 200) throw new Error(refusal(answer, url));
  const file = output ?? nameOf(url, kind.ending);
  keep(file, answer.body);
  const parsed = word === 'heapsnapshot' ? undefined : JSON.parse(answer.body.toString());
  const lines = kind.report(parsed as never, top);
  process.stdout.write(`${[...lines, '', `kept in ${file}`].join('\n')}\n`);
}

/** Makes the path end with a slash, so that relative paths stay below it. */
function target(operand: string | undefined): URL {
  if (operand === undefined)
    throw new UsageError(
      'PMCP_E_MISSING',
      'profile needs the admin port of a server: profile http://HOST:9090',
    );
  const url = URL.canParse(operand) ? new URL(operand) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password)
    throw new UsageError(
      'PMCP_E_BAD_VALUE',
      'expected the admin port as an http or https URL without a name and a password, which are given by --username and --password-file',
    );
  return new URL(url.pathname.endsWith('/') ? url.pathname : `${url.pathname}/`, url.origin);
}

function credentials({
  tokenFile,
  username,
  passwordFile,
}: {
  readonly tokenFile: string | undefined;
  readonly username: string | undefined;
  readonly passwordFile: string | undefined;
}): string | undefined {
  if (tokenFile !== undefined) return `Bearer ${secretOf('--token-file', tokenFile)}`;
  if (username === undefined && passwordFile === undefined) return undefined;
  if (username === undefined || passwordFile === undefined)
    throw new UsageError('PMCP_E_MISSING', '--username and --password-file need each other');
  return `Basic ${Buffer.from(`${username}:${secretOf('--password-file', passwordFile)}`).toString('base64')}`;
}

/** Returns the first line: in a file with several tokens, the first one works. */
function secretOf(flag: string, path: string): string {
  try {
    const [first = ''] = readFileSync(path, 'utf8').split(/\r?\n/);
    return first.trim();
  } catch (error) {
    throw new UsageError(
      'PMCP_E_UNREADABLE_FILE',
      `can't read the file of ${flag}: ${(error as Error).message}`,
    );
  }
}

function refusal({ status, body }: Answer, url: URL): string {
  if (status === 401)
    return `${url.origin} wants credentials: --token-file, or --username and --password-file`;
  if (status === 404) {
    const value = url.pathname.endsWith('/heapsnapshot') ? 'snapshots' : 'true';
    return `${url.origin} takes no such profile: start the server with PMCP_METRICS_PROFILING=${value}`;
  }
  return `${url.origin} answers ${status}: ${reasonIn(body)}`;
}

function reasonIn(body: Buffer): string {
  try {
    const { error } = JSON.parse(body.toString()) as { error?: unknown };
    if (typeof error === 'string') return error.slice(0, 300);
  } catch {
    // The address is no admin port.
  }
  return 'it is no admin port of this toolkit, or something stands before it';
}

function nameOf({ hostname }: URL, ending: string): string {
  const time = new Date().toISOString().slice(0, 19).replaceAll(':', '-');
  return `${hostname.replaceAll(/[^\w.-]/g, '')}-${time}.${ending}`;
}

/** Writes the file only for its owner, since it shows how the server works inside. Never overwrites a file. */
function keep(file: string, body: Buffer): void {
  try {
    writeFileSync(file, body, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code !== 'EEXIST') throw new Error(`can't keep the profile: ${message}`);
    throw new UsageError('PMCP_E_WOULD_OVERWRITE', `${file} is there already: --output FILE names another`);
  }
}
