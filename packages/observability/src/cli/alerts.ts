import { readFileSync } from 'node:fs';
import { withExamples } from '../assets/examples.js';
import { writeFiles } from '../assets/write.js';
import { command, configFlag } from './command.js';
import { say, UsageError } from './errors.js';
import { generator } from './generator.js';
import { text } from './values.js';

const flags = {
  options: text('FILE', 'JSON file with your options (default: no options)'),
  config: configFlag,
};

interface Alerts {
  /** @throws TypeError that names the wrong option */
  alertOutputs(options: unknown): Readonly<Record<string, () => string>>;
}

export const alertsCommand = command({
  name: 'alerts',
  operand: 'FOLDER',
  summary:
    'Writes alert rules and an Alertmanager configuration with your options.\ndocs/alerts.md describes the options. If one is wrong, nothing is written.',
  flags,
  async run({ values: { options }, operand: folder }) {
    if (folder === undefined)
      throw new UsageError('PMCP_E_MISSING', 'alerts needs a folder to write into: alerts ./monitoring');
    const { alertOutputs } = await generator<Alerts>('alerts');
    const files = rendered(alertOutputs, options === undefined ? {} : parsed(options));
    const { written, unchanged } = writeFiles(folder, files, true);
    for (const path of withExamples(files))
      say(
        'PMCP_W_EXAMPLE_ADDRESS',
        `${path} has addresses of example.com, which lead nowhere: put in your own`,
      );
    process.stdout.write(`${written.length} files written to ${folder}, ${unchanged.length} unchanged\n`);
  },
});

function rendered(outputs: Alerts['alertOutputs'], options: unknown): Map<string, string> {
  try {
    return new Map(Object.entries(outputs(options)).map(([path, render]) => [path, render()]));
  } catch (error) {
    throw new UsageError('PMCP_E_ALERT_OPTIONS', (error as Error).message);
  }
}

function parsed(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    const text = `expected ${file} to hold options as JSON: ${(error as Error).message}`;
    throw new UsageError('PMCP_E_UNREADABLE_FILE', text);
  }
}
