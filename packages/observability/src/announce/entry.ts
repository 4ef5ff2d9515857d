import { randomBytes } from 'node:crypto';
import { isIPv6 } from 'node:net';
import type { AdminAddress } from '../admin/server.js';
import type { ProcessIdentity } from './process.js';

/**
 * One file in a folder that Prometheus reads with `file_sd_configs`. The format has only labels. Values that Prometheus need not
 * keep are labels with two leading underscores, which it drops after relabeling.
 */
interface TargetGroup {
  readonly targets: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
}

const REALM = '__meta_pmcp_realm';
const STARTED = '__meta_pmcp_started';
const NAME = /^pmcp-(\d+)-[0-9a-f]{12}\.json(?:\.draft)?$/;

export function entryName(pid: number): string {
  return `pmcp-${pid}-${randomBytes(6).toString('hex')}.json`;
}

/** The file name of a draft, before the entry gets its own name. */
export function draftName(name: string): string {
  return `${name}.draft`;
}

/** Returns the pid in the file name of an entry or a draft, and undefined for other files. */
export function pidInName(name: string): number | undefined {
  const pid = NAME.exec(name)?.[1];
  return pid === undefined ? undefined : Number(pid);
}

export function formatEntry(address: AdminAddress, service: string, writer: ProcessIdentity): string {
  const labels = { service, pid: String(writer.pid), [REALM]: writer.realm, [STARTED]: writer.started };
  const group: TargetGroup = { targets: [target(address)], labels };
  return `${JSON.stringify([group], undefined, 2)}\n`;
}

/** Returns the process that wrote an entry, or undefined if the text is no entry. */
export function writerOf(pid: number, text: string): ProcessIdentity | undefined {
  try {
    const [group] = JSON.parse(text) as readonly [TargetGroup];
    const { [REALM]: realm, [STARTED]: started } = group.labels;
    return realm === undefined || started === undefined ? undefined : { pid, realm, started };
  } catch {
    return undefined;
  }
}

/** Prometheus runs on the same host, so it can reach a server on all interfaces through loopback. */
function target({ address, port }: AdminAddress): string {
  if (address === '::' || address === '0.0.0.0') return `127.0.0.1:${port}`;
  return isIPv6(address) ? `[${address}]:${port}` : `${address}:${port}`;
}
