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
    const { verify } = await import('./audit-run.js');
    await verify(operands, publicKey);
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
    const { printRecords } = await import('./audit-run.js');
    await printRecords(operands, publicKey);
  },
});
