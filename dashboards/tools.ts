import { catalog } from '@pmcp/observability/catalog';
import { both, count, matches, mean, quantile, rate, sum } from '../prometheus/promql.js';
import { instanceRequests, QUANTILES } from '../prometheus/recorded.js';
import { NEUTRAL, OUTCOME_COLOURS, QUANTILE_COLOURS } from './colours.js';
import type { Definition } from './dashboard.js';
import { line, section, shared } from './layout.js';
import { linkTo } from './links.js';
import { heatmap } from './panels/heatmap.js';
import { ranking } from './panels/ranking.js';
import { states } from './panels/states.js';
import { table } from './panels/table.js';
import { timeseries } from './panels/timeseries.js';
import { chosen, exemplars, now, query, RATE, unlessAll, whileAll } from './query.js';
import * as serving from './serving.js';
import { ERROR_STEPS, TOOL_SLOW_STEPS } from './steps.js';
import { unfinished } from './unfinished.js';
import { values } from './variables.js';

const TOOL = '$tool';
/** The quantile of the durations that the alert about slow tools judges. */
const JUDGED = 0.95;
/** Calls of tools and prompts have names; other methods have none. */
const NAMED = { method: ['tools/call', 'prompts/get'] } as const;

export function tools(): Definition {
  return {
    uid: 'pmcp-tools',
    description: 'Which tools and prompts are used, which fail, and which are slow?',
    variables: [
      values({
        name: 'tool',
        title: 'Tool',
        label: 'name',
        selector: `${catalog.requests.name}{method="tools/call"}`,
        among: ['cluster', 'namespace', 'job'],
      }),
    ],
    sections: [
      section(
        'All tools and prompts',
        line(10, everyTool()),
        shared(7, [7, prompts()], [8, invented()], [9, definitions()]),
      ),
      section(
        'Chosen tools: $tool',
        shared(8, [9, outcomes()], [8, durations()], [7, latency()]),
        shared(8, [8, errorTypes()], [16, sizes()]),
      ),
      ...unfinished(),
    ],
  };
}

function everyTool() {
  const calls = serving.toolCalls();
  return table({
    title: 'Tools by calls',
    description:
      'For each tool: how often it is called, how many calls fail, and how long calls take. p95 is coloured by the limit of the alert for slow tools. If calls of a tool suddenly stop, clients no longer see it or no longer use it. Click a tool to see it alone below.',
    rows: { name: 'Tool' },
    columns: [
      { query: now(calls, 'Calls'), unit: 'reqps' },
      {
        query: now(serving.toolErrorRatio(), 'Errors'),
        unit: 'percentunit',
        decimals: 1,
        steps: ERROR_STEPS,
      },
      ...[0.5, 0.95, 0.99].map((fraction) => ({
        query: now(serving.toolDuration(fraction), `p${fraction * 100}`),
        unit: 's' as const,
        ...(fraction === JUDGED && { steps: TOOL_SLOW_STEPS }),
      })),
    ],
    trend: calls,
    width: 110,
    // biome-ignore lint/suspicious/noTemplateCurlyInString: Grafana fills it in
    links: { Tool: linkTo('pmcp-tools', '&var-tool=${__value.raw}') },
    noValue: 'No tool was called',
  });
}

function prompts() {
  const of = {
    ...RATE,
    by: ['name'],
    where: chosen({ method: 'prompts/get', name: serving.KNOWN }),
  } as const;
  return table({
    title: 'Prompts',
    description:
      'For each prompt: how often it is used, and the 95th percentile of its duration. A prompt is text and should be fast: find out what a slow one reads.',
    rows: { name: 'Prompt' },
    columns: [
      { query: now(rate(catalog.requests, of), 'Uses'), unit: 'reqps' },
      { query: now(quantile(0.95, catalog.requestDuration, of), 'p95'), unit: 's' },
    ],
    noValue: 'No prompt was asked for',
  });
}

function invented() {
  const where = chosen({ ...NAMED, name: '_other' });
  return timeseries({
    title: 'Invented names',
    description:
      'Calls of tools and prompts that do not exist, by outcome. Steady traffic comes from a client with an old list. A burst may be somebody who guesses names. Calls that end ok name tools that do exist: there are more names than metrics.maxNames, or the server does not list them.',
    unit: 'reqps',
    queries: [query(rate(catalog.requests, { ...RATE, by: ['outcome'], where }), '{{outcome}}')],
    colours: OUTCOME_COLOURS,
    noValue: 'Nobody invented a name',
  });
}

function definitions() {
  return states({
    title: 'Lists of tools by fingerprint',
    description:
      'How many instances serve which list of tools. A new list without a deployment means that somebody changed the descriptions that models read: find out who.',
    queries: [
      query(count(catalog.toolDefinitions, { by: ['fingerprint'], where: chosen() }), '{{fingerprint}}'),
    ],
    colour: NEUTRAL,
    noValue: 'No list of tools was served yet',
  });
}

function outcomes() {
  const all = chosen({ method: both(NAMED.method, whileAll('tool')) });
  const some = chosen({ method: both(NAMED.method, unlessAll('tool')), name: matches(TOOL) });
  const of = sum(instanceRequests, { by: ['outcome'], where: all }).or(
    rate(catalog.requests, { ...RATE, by: ['outcome'], where: some }),
  );
  return timeseries({
    title: 'Outcomes',
    description:
      'How the calls of the chosen tools ended. Many tool_error: read the tool’s log lines. Many client_error: its schema is misunderstood. input_required and task are not finished: neither good nor bad.',
    unit: 'reqps',
    stacked: true,
    queries: [query(of, '{{outcome}}')],
    colours: OUTCOME_COLOURS,
    noValue: 'No request has ended',
  });
}

function durations() {
  const of = QUANTILES.map((fraction) => query(serving.chosenToolDuration(fraction), `p${fraction * 100}`));
  return timeseries({
    title: 'Duration',
    description:
      'How long calls of the chosen tools take, without the time that they wait for a user. Compare with the systems that the tool uses: its database, a model, another service. The points are traces: click one.',
    unit: 's',
    wide: 'above 0',
    queries: [exemplars(serving.chosenToolExemplars()), ...of],
    colours: QUANTILE_COLOURS,
    noValue: 'No request has ended',
  });
}

function latency() {
  return heatmap({
    title: 'Latency',
    description:
      'The distribution of durations of the chosen tools. Two bands are two kinds of calls, such as with and without a cache. The points are traces: click one.',
    unit: 's',
    queries: [exemplars(serving.chosenToolExemplars()), query(serving.chosenToolBuckets(), '{{le}}')],
    noValue: 'No request has ended',
  });
}

function sizes() {
  const where = chosen({ method: 'tools/call', name: both(serving.KNOWN, matches(TOOL)) });
  const of = { ...RATE, by: ['name'], where } as const;
  const answers = mean(catalog.responseSize, of);
  return table({
    title: 'Sizes of answers and requests',
    description:
      'The average size of answers and requests, if it is known. Models read the whole answer: let the tool return less, or pages.',
    rows: { name: 'Tool' },
    columns: [
      { query: now(answers, 'Answer'), unit: 'bytes' },
      { query: now(mean(catalog.requestSize, of), 'Request'), unit: 'bytes' },
    ],
    trend: answers,
    noValue: 'No size is known',
  });
}

function errorTypes() {
  const where = chosen({ method: 'tools/call', name: matches(TOOL) });
  return ranking({
    title: 'Errors by type',
    description:
      'Why calls of the chosen tools failed: a JSON-RPC code, or tool_error if the result has isError. -32602: bad arguments; -32603: the server broke.',
    unit: 'reqps',
    rows: { type: 'Type' },
    head: 'Errors',
    of: rate(catalog.errors, { ...RATE, by: ['type'], where }),
    noValue: 'No call failed',
  });
}
