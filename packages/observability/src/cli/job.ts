import { push, reasonOf, writeTextfile } from '../proxy/job/publish.js';
import { type Run, runJob } from '../proxy/job/run.js';
import { sizeOfNewest } from '../proxy/job/size.js';
import { endAs } from '../proxy/stdio/child.js';
import { command, configFlag } from './command.js';
import { say, UsageError } from './errors.js';
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
    const ran = await runJob(job);
    if (ran.startError) say(ran.startError.code, ran.startError.message);
    const run = sizeOf === undefined || ran.ending.code !== 0 ? ran : await measured(ran, sizeOf);
    const published = [
      pushgateway && push(pushgateway, name, run, (text) => say('PMCP_W_JOB_RUNS_UNKNOWN', text)),
      textfile && writeTextfile(textfile, name, run),
    ];
    for (const outcome of await Promise.allSettled(published))
      if (outcome.status === 'rejected')
        say('PMCP_W_JOB_NOT_PUBLISHED', `can't publish: ${reasonOf(outcome.reason)}`);
    endAs(run.ending);
  },
});

async function measured(run: Run, path: string): Promise<Run> {
  try {
    return { ...run, size: await sizeOfNewest(path) };
  } catch (error) {
    say('PMCP_W_JOB_SIZE_UNKNOWN', `can't tell the size of ${path}: ${(error as Error).message}`);
    return run;
  }
}
