import { command } from '../command.js';
import { profileFlags } from './flags.js';

export const profileCommand = command({
  name: 'profile',
  operand: 'URL',
  summary:
    'Takes a profile of a server through its admin port, and prints a report.\n' +
    'The rows are tools and functions. The profile stays in a file.\nThe server needs PMCP_METRICS_PROFILING=true.',
  flags: profileFlags,
  async run({ values, operand }) {
    const { run } = await import('./run.js');
    await run(values, operand);
  },
});
