import type { Finding } from '../../check.js';
import { COLLECTOR, refusalOf, SIGNALS, sends } from '../../facts/collectors.js';
import { configurationFiles } from '../../facts/compose-configurations.js';
import { COLLECTORS } from '../../facts/compose-programs.js';
import { composeServices } from '../../facts/compose-servers.js';
import { UNKNOWN, withDefaults } from '../../facts/compose-variables.js';
import { filesCheck } from './define.js';

export const composeCollectorTakesIt = filesCheck({
  ...COLLECTOR,
  code: 'PMCP-D434',
  title: 'In Compose, the collector takes what servers send to it.',
  rights: 'To read the files, and the configuration of the collector that they mount.',
  after: ['PMCP-D060', 'PMCP-D405', 'PMCP-D422'],
  async run(context) {
    const files = await context.get(configurationFiles);
    return (await context.get(composeServices)).flatMap(({ name, env }) =>
      SIGNALS.flatMap((signal): Finding[] => {
        const endpoint = sends((variable) => known(env.get(variable)), signal);
        const own = files.filter(({ service }) => service.name === endpoint?.hostname);
        // Another file may be merged into the configuration of one that has several.
        const collector = own.length === 1 && COLLECTORS.includes(own[0]!.program) ? own[0] : undefined;
        if (collector === undefined || endpoint === undefined) return [];
        const { content, service, source } = collector;
        const fault = refusalOf({ content, port: endpoint.port, byDefault: 'closed' }, signal);
        if (fault === undefined) return [];
        return [
          { found: `service ${name} sends ${signal} to ${service.name}, ${fault}`, where: { file: source } },
        ];
      }),
    );
  },
});

/** A value that a variable of Compose decides is not known. */
function known(value: string | undefined): string | undefined {
  const said = withDefaults(value ?? '');
  return said.includes(UNKNOWN) ? undefined : said;
}
