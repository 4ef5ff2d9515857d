import { createPublicKey, type KeyObject } from 'node:crypto';
import { once } from 'node:events';
import { ocsfOf } from '../audit/ocsf.js';
import { type Verdict, verifiedRecords, verifyFiles } from '../audit/verify.js';
import { UsageError } from './errors.js';

/** Says whether a log is intact. */
export async function verify(files: readonly string[], publicKey: Buffer | undefined): Promise<void> {
  const verdict = await verifyFiles(files, publicKey && parsed(publicKey));
  process.stdout.write(`${sentences(verdict).join('\n')}\n`);
  if (verdict.fault !== undefined || verdict.records === 0) process.exitCode = 1;
}

/** Prints the records of a log as a SIEM reads them. */
export async function printRecords(files: readonly string[], publicKey: Buffer | undefined): Promise<void> {
  const records = verifiedRecords(files, publicKey && parsed(publicKey));
  for (;;) {
    const { done, value } = await records.next();
    if (!done) await print(ocsfOf(value));
    else if (value.fault === undefined) return;
    else throw new Error(`the audit log is not intact, and what follows is not exported: ${value.fault}`);
  }
}

/** Writes no faster than the output is read. */
async function print(event: object | undefined): Promise<void> {
  if (event === undefined) return;
  if (!process.stdout.write(`${JSON.stringify(event)}\n`)) await once(process.stdout, 'drain');
}

function parsed(pem: Buffer): KeyObject {
  try {
    return createPublicKey(pem);
  } catch (error) {
    throw new UsageError(
      'PMCP_E_UNREADABLE_FILE',
      `expected the file of --public-key to be a public key in PEM: ${(error as Error).message}`,
    );
  }
}

function sentences({
  signedTo,
  fault,
  records,
  checkpoints,
  from,
  to,
  unfinished,
  lost,
  isEnded,
}: Verdict): string[] {
  if (fault !== undefined) return [`not intact: ${fault}`, `${records} records before it are`];
  if (records === 0) return ['not intact: there is no record'];
  return [
    `intact: ${records} records, ${from} to ${to}, ${checkpoints} checkpoints`,
    ...(signedTo > 0 ? [`signed up to record ${signedTo}`] : []),
    ...(unfinished > 0 ? [`${unfinished} times a process was ended within a line, which is lost`] : []),
    ...(lost > 0 ? [`${lost} records could not be written when they were due`] : []),
    ...(isEnded
      ? []
      : ['the last record is not an end: the process runs, was killed, or records after it were removed']),
  ];
}
