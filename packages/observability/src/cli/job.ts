import { command, configFlag } from './command.js';
import { UsageError } from './errors.js';
import { text, url } from './values.js';

const flags = {
  name: text('NAME', 'name of the job, for the label job_name'),
  pushgateway: url('Pushgateway to publish to'),
  textfile: text('DIRECTORY', 'folder of the textfile collector of node_exporter'),
  sizeOf: text('PATH', 'file that the command writes, or its folder'),
  config: configFlag,
};

export const jobCommand = command({
  name: 'job',
  runsCommand: true,
  summary:
    'Runs a command and publishes whether it succeeded, when, and how long it took.\nOutput and exit code are those of the command. If publishing fails, there is a warning.',
  flags,
  async run({ values: { name, pushgateway, textfile, sizeOf }, command: job }) {
    if (job.length === 0) throw new UsageError('PMCP_E_MISSING', 'job needs a command to run: -- COMMAND');
    if (!name) throw new UsageError('PMCP_E_MISSING', 'job needs a name: --name NAME');
    if (!pushgateway && !textfile)
      throw new UsageError('PMCP_E_MISSING', 'job needs --pushgateway URL or --textfile DIRECTORY');
    const { run } = await import('./job-run.js');
    await run(job, { name, pushgateway, textfile, sizeOf });
  },
});
