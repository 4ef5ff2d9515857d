import { NotApplicable } from '../../check.js';
import { alertmanagerConfig } from '../../facts/alertmanager.js';
import { templateFilesOf, templatesOf } from '../../facts/alertmanager-templates.js';
import { quoted } from '../some.js';
import { alertmanagerCheck } from './define.js';

export const templatesAreLoaded = alertmanagerCheck({
  code: 'PMCP-D214',
  title: 'Templates that receivers name are loaded.',
  why: 'Alertmanager takes a configuration that names a template which nobody defines. Then each message of that receiver fails, and its destination is never asked.',
  cure: 'Name the file that defines the template in `templates`, as Alertmanager sees it (in a container: its mount), reload, and try it: `--send-test-alert`.',
  severity: 'fail',
  rights: 'GET of `/api/v2/status`.',
  async run(context) {
    const config = await context.get(alertmanagerConfig);
    const named = config.receivers
      .map((receiver) => ({ receiver: receiver.name, names: templatesOf(receiver) }))
      .filter(({ names }) => names.length > 0);
    if (named.length === 0) return [];
    const files = templateFilesOf(config);
    // Alertmanager doesn't tell which files it found there.
    if (files.length > 0)
      throw new NotApplicable(
        `Alertmanager does not tell whether ${quoted(files)} defines ${quoted(named.flatMap(({ names }) => names))}: --send-test-alert tries it`,
      );
    return named.map(({ receiver, names }) => ({
      found: `receiver ${receiver} names the template ${quoted(names)}, and the configuration loads no files of \`templates\`: its messages fail`,
    }));
  },
});
