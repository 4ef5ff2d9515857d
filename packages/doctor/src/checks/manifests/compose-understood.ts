import { didYouMean } from '@pmcp/observability/internal';
import { type ConfigurationFile, configurationFiles } from '../../facts/compose-configurations.js';
import { findingsIn } from '../../facts/compose-files.js';
import { ALERTMANAGER, PROMETHEUS } from '../../facts/compose-programs.js';
import { some } from '../some.js';
import { filesCheck } from './define.js';

export const composeConfigurationIsUnderstood = filesCheck({
  code: 'PMCP-D447',
  title: 'In Compose, Prometheus and Alertmanager understand their configuration.',
  why: 'Neither replaces variables: they sign in with the name of a variable, or do not start. Nor do they start with a key that they do not know, or a route to a receiver that is not there.',
  cure: 'Mount secrets as files and name them (`api_url_file`, `password_file`). For the rest, run `promtool check config FILE` or `amtool check-config FILE`.',
  severity: 'fail',
  rights: 'To read the files, and the configuration that they mount.',
  after: ['PMCP-D060', 'PMCP-D405'],
  async run(context) {
    return (await context.get(configurationFiles)).flatMap((file) => {
      const language = LANGUAGES.find(({ program }) => program === file.program);
      return language === undefined ? [] : findingsIn(file, faultsIn(file, language));
    });
  },
});

interface Language {
  readonly program: ConfigurationFile['program'];
  readonly name: string;
  readonly keys: readonly string[];
}

const LANGUAGES: readonly Language[] = [
  {
    program: PROMETHEUS,
    name: 'Prometheus',
    keys: [
      'global',
      'runtime',
      'alerting',
      'rule_files',
      'scrape_config_files',
      'scrape_configs',
      'storage',
      'tracing',
      'remote_write',
      'remote_read',
      'otlp',
    ],
  },
  {
    program: ALERTMANAGER,
    name: 'Alertmanager',
    keys: [
      'global',
      'route',
      'inhibit_rules',
      'receivers',
      'templates',
      'mute_time_intervals',
      'time_intervals',
      'tracing',
    ],
  },
];

function faultsIn({ program, content, service }: ConfigurationFile, { name, keys }: Language): string[] {
  return [
    ...Object.keys(content).flatMap((key) => misspelt(key, name, keys)),
    // Others may be filled in before the start. Who gives one to the container expects its program to do so.
    ...variablesIn(content)
      .filter(([, variable]) => service.env.has(variable))
      .map(([key, variable]) => `${key} has the variable ${variable}, which ${name} does not replace`),
    ...(program === ALERTMANAGER ? unknownReceivers(content) : []),
  ];
}

/** A key that is like none may be one of a later version. */
function misspelt(key: string, program: string, known: readonly string[]): string[] {
  const meant = known.includes(key) ? '' : didYouMean(key, known);
  return meant === '' ? [] : [`${program} knows no ${key}${meant}`];
}

/** Where `$` has a meaning of its own: Prometheus replaces variables in external labels, and Go the groups of a pattern. */
const OWN_MEANING = /^(external_labels|replacement|regex|source_labels|query)$/;
const VARIABLE = /\$\{([A-Za-z_]\w*)(?::?[-?+][^}]*)?\}|^\$([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)$/;

/** The keys whose values have a variable, with its name alone: a secret may stand beside it. */
function variablesIn(content: unknown, at = ''): [string, string][] {
  if (typeof content === 'string') {
    const [, braced, plain] = VARIABLE.exec(content) ?? [];
    const variable = braced ?? plain;
    return variable === undefined ? [] : [[at, variable]];
  }
  if (Array.isArray(content)) return content.flatMap((one) => variablesIn(one, at));
  if (typeof content !== 'object' || content === null) return [];
  return Object.entries(content).flatMap(([key, value]) =>
    OWN_MEANING.test(key) ? [] : variablesIn(value, key),
  );
}

interface Route {
  readonly receiver?: unknown;
  readonly routes?: readonly (Route | null)[];
}

function unknownReceivers({ route, receivers }: ConfigurationFile['content']): string[] {
  if (typeof route !== 'object' || route === null || !Array.isArray(receivers)) return [];
  const names = receivers.map((one: { readonly name?: unknown } | null) => String(one?.name));
  const wanted = new Set(receiversOf(route).map(String));
  return [...wanted]
    .filter((name) => !names.includes(name) && ![name, ...names].some((one) => one.includes('$')))
    .map((name) => `a route names the receiver ${name}, and the receivers are ${some(names)}`);
}

function receiversOf({ receiver, routes = [] }: Route): unknown[] {
  const own = receiver === undefined || receiver === null ? [] : [receiver];
  return [...own, ...(routes ?? []).flatMap((one) => (one === null ? [] : receiversOf(one)))];
}
