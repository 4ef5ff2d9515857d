import { type DashboardFiles, derived } from '../assets/derived.js';
import { withExamples } from '../assets/examples.js';
import { narrowed } from '../assets/narrow.js';
import { shippedFacts, shippedFiles } from '../assets/shipped.js';
import { writeFiles } from '../assets/write.js';
import { command, configFlag } from './command.js';
import { say, UsageError } from './errors.js';
import { generator } from './generator.js';
import { labels, names, toggle, url } from './values.js';

const flags = {
  namespace: names('namespaces of your servers (default: all)'),
  selector: labels('labels of their pods, such as app=notes,tier=web'),
  runbookUrl: url('address of your copy of the runbooks'),
  dashboardUrl: url('dashboards: https://grafana.example.com/d'),
  force: toggle('overwrite files that differ from ours'),
  config: configFlag,
};

export const assetsCommand = command({
  name: 'assets',
  operand: 'FOLDER',
  summary:
    'Writes dashboards, rules, runbooks and scrape configurations into a folder.\nThe README.md in this folder says how to use them.',
  flags,
  async run({ values, operand: folder }) {
    if (folder === undefined)
      throw new UsageError('PMCP_E_MISSING', 'assets needs a folder to write into: assets ./monitoring');
    const pods = { namespaces: values.namespace, labels: values.selector };
    const shipped = new Map(
      [...shippedFiles()].map(([path, text]) => [path, narrowed(linked(text, values), pods)]),
    );
    const files = new Map([...shipped, ...derived(shipped, await generator<DashboardFiles>('dashboards'))]);
    const { written, unchanged } = writeFiles(folder, files, values.force);
    for (const path of withExamples(files))
      say(
        'PMCP_W_EXAMPLE_ADDRESS',
        `${path} has addresses of example.com, which lead nowhere: put in your own`,
      );
    process.stdout.write(`${written.length} files written to ${folder}, ${unchanged.length} unchanged\n`);
  },
});

/** Replaces the shipped links by the user's. */
function linked(
  text: string,
  wanted: { runbookUrl: URL | undefined; dashboardUrl: URL | undefined },
): string {
  const shipped = shippedFacts();
  return text
    .replaceAll(shipped.runbookUrl, withoutSlash(wanted.runbookUrl) ?? shipped.runbookUrl)
    .replaceAll(shipped.dashboardUrl, withoutSlash(wanted.dashboardUrl) ?? shipped.dashboardUrl);
}

function withoutSlash(address: URL | undefined): string | undefined {
  return address?.href.replace(/\/$/, '');
}
