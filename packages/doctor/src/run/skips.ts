import { existsSync, readFileSync } from 'node:fs';
import { UsageError } from '@pmcp/observability/internal';
import { parse } from 'yaml';
import type { Check, Code } from '../check.js';
import { named, withReason } from './select.js';

/** The file of skipped checks. It is read from the working directory, and belongs under version control. */
const SKIP_FILE = '.pmcp-doctor.yaml';

const EXAMPLE = '{ code: PMCP-D001, reason: why, until: 2027-01-31 }';

interface Skip {
  readonly code: string;
  readonly reason: string;
  /** The last day on which the check is skipped. */
  readonly until: string | undefined;
}

/**
 * Reads which checks the file skips, and why. Expired entries are ignored.
 *
 * @throws UsageError
 */
export function readSkips(checks: readonly Check[], path = SKIP_FILE, today = new Date()): Map<Code, string> {
  if (!existsSync(path)) return new Map();
  const skips = parsed(path);
  const day = today.toISOString().slice(0, 10);
  return new Map(
    skips
      .filter(({ until }) => until === undefined || until >= day)
      .flatMap(({ code, reason }) => [...withReason(named([code], checks, path), reason)]),
  );
}

function parsed(path: string): readonly Skip[] {
  let content: unknown;
  try {
    content = parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw wrong(path, (error as Error).message);
  }
  const { skip } = (content ?? {}) as { readonly skip?: unknown };
  if (!Array.isArray(skip)) throw wrong(path, `expected \`skip\` to be a list of ${EXAMPLE}`);
  return skip.map((entry) => checked(entry, path));
}

function checked(entry: unknown, path: string): Skip {
  const { code, reason, until } = (entry ?? {}) as Readonly<Record<string, unknown>>;
  const day = until instanceof Date ? until.toISOString().slice(0, 10) : until;
  const isDay = day === undefined || (typeof day === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(day));
  if (typeof code === 'string' && typeof reason === 'string' && reason.trim() !== '' && isDay)
    return { code, reason, until: day as string | undefined };
  throw wrong(path, `expected each entry to be like ${EXAMPLE}, got ${JSON.stringify(entry)}`);
}

function wrong(path: string, what: string): UsageError {
  return new UsageError('PMCP_E_UNREADABLE_FILE', `can't use ${path}: ${what}`);
}
