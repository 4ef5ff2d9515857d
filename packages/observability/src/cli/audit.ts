import { createPublicKey, type KeyObject } from 'node:crypto';
import { once } from 'node:events';
import { ocsfOf } from '../audit/ocsf.js';
import { type Verdict, verifiedRecords, verifyFiles } from '../audit/verify.js';
import { command, configFlag } from './command.js';
import { UsageError } from './errors.js';
import { content, oneOfWords } from './values.js';

const flags = {
  publicKey: content('public key for signed checkpoints (Ed25519, PEM)'),
  config: configFlag,
};

export const auditVerifyCommand = command({
  name: 'audit verify',
  operand: 'FILE...',
  summary:
    'Checks that nobody changed an audit log, and names the first wrong record.\nGive the files in the order in which they were written.',
  flags,
  async run({ values: { publicKey }, operands }) {
    if (operands.length === 0)
      throw new UsageError('PMCP_E_MISSING', 'audit verify needs the files of a log: audit verify FILE...');
    const verdict = await verifyFiles(operands, publicKey && parsed(publicKey));
    process.stdout.write(`${sentences(verdict).join('\n')}\n`);
    if (verdict.fault !== undefined || verdict.records === 0) process.exitCode = 1;
  },
});

export const auditExportCommand = command({
  name: 'audit export',
  operand: 'FILE...',
  summary:
    'Prints an audit log for a SIEM, up to the first record that is not intact.\nGive the files in the order in which they were written; - is the standard input.',
  flags: { format: oneOfWords(['ocsf'], 'ocsf: API Activity of OCSF 1.8'), ...flags },
  async run({ values: { publicKey }, operands }) {
    if (operands.length === 0)
      throw new UsageError('PMCP_E_MISSING', 'audit export needs the files of a log: audit export FILE...');
    const records = verifiedRecords(operands, publicKey && parsed(publicKey));
    for (;;) {
      const { done, value } = await records.next();
      if (!done) await print(ocsfOf(value));
      else if (value.fault === undefined) return;
      else throw new Error(`the audit log is not intact, and what follows is not exported: ${value.fault}`);
    }
  },
});

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
