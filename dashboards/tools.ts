import { catalog } from '@pmcp/observability/catalog';
import { bucketsOf, count, matches, mean, quantile, rate, topk } from '../prometheus/promql.js';
import { BAD, OUTCOME_COLOURS, WARN } from './colours.js';
import { type Dashboard, dashboard } from './dashboard.js';
import { line, section } from './layout.js';
import { bars } from './panels/bars.js';
import { heatmap } from './panels/heatmap.js';
import { timeseries } from './panels/timeseries.js';
import { chosen, now, query, RATE } from './query.js';
import * as serving from './serving.js';
import { SERVERS } from './targets.js';
import { unfinished } from './unfinished.js';
import { values } from './variables.js';

const TOOL = '$tool';
/** Calls of tools and prompts have names; other methods have none. */
const NAMED = { method: ['tools/call', 'prompts/get'] } as const;

export function tools(): Dashboard {
  return dashboard({
    uid: 'pmcp-tools',
    description: 'Which tools and prompts are used, which fail, and which are slow?',
    targets: SERVERS,
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
        line(8, rates(), errors(), invented()),
        line(7, promptDurations(), definitions()),
      ),
      section(
        'Chosen tools: $tool',
        line(8, outcomes(), latency()),
        line(8, durations(), sizes(), answerSizes(), errorTypes()),
      ),
      ...unfinished(),
    ],
  });
}

function rates() {
  return timeseries({
    title: 'Calls by name',
    description:
      'Calls of the ten busiest tools and prompts, per second. A tool that suddenly stops is one that clients no longer see or no longer trust.',
    unit: 'reqps',
    queries: [
      query(topk(10, rate(catalog.requests, { ...RATE, by: ['name'], where: chosen(NAMED) })), '{{name}}'),
    ],
  });
}

function errors() {
  return bars({
    title: 'Error rate by tool',
    description:
      'The share of the calls of each tool that failed. Find out from the error types below whether clients or the tool are to blame.',
    unit: 'percentunit',
    max: 1,
    decimals: 1,
    queries: [now(topk(10, serving.toolErrorRatio()), '{{name}}')],
    steps: [
      [0.05, WARN],
      [0.2, BAD],
    ],
  });
}

function invented() {
  return timeseries({
    title: 'Invented names',
    description:
      'Calls of tools and prompts that do not exist. Steady traffic is a client with an old list; a burst may be somebody who guesses.',
    unit: 'reqps',
    queries: [
      query(
        rate(catalog.requests, { ...RATE, by: ['method'], where: chosen({ ...NAMED, name: '_other' }) }),
        '{{method}}',
      ),
    ],
  });
}

function promptDurations() {
  const of = { ...RATE, by: ['name'], where: chosen({ method: 'prompts/get' }) } as const;
  return timeseries({
    title: 'Duration by prompt (p95)',
    description:
      'One prompt in twenty takes longer than this to make. A prompt is text and should be quick: see what a slow one reads.',
    unit: 's',
    queries: [query(quantile(0.95, catalog.requestDuration, of), '{{name}}')],
    noValue: 'No prompt was asked for',
  });
}

function definitions() {
  return timeseries({
    title: 'Lists of tools',
    description:
      'Instances by the fingerprint of the tool list that they serve. A new one without a deployment means that somebody changed what models are told: find out who.',
    unit: 'short',
    stacked: true,
    queries: [
      query(count(catalog.toolDefinitions, { by: ['fingerprint'], where: chosen() }), '{{fingerprint}}'),
    ],
    noValue: 'No list of tools was served yet',
  });
}

function outcomes() {
  const where = chosen({ ...NAMED, name: matches(TOOL) });
  return timeseries({
    title: 'Outcomes',
    description:
      'How the calls of the chosen tools ended. Many tool_error: read the tool’s log lines. Many client_error: its schema is misunderstood. input_required and task are not ended yet, and neither good nor bad.',
    unit: 'reqps',
    stacked: true,
    queries: [query(rate(catalog.requests, { ...RATE, by: ['outcome'], where }), '{{outcome}}')],
    colours: OUTCOME_COLOURS,
  });
}

function latency() {
  const where = chosen({ method: 'tools/call', name: matches(TOOL) });
  return heatmap({
    title: 'Latency',
    description:
      'How many calls of the chosen tools took how long. Two bands are two kinds of call, such as with and without a cache. The points are traces: click one.',
    unit: 's',
    queries: [
      query(rate(bucketsOf(catalog.requestDuration), { ...RATE, by: ['le'], where }), '{{le}}', {
        exemplar: true,
      }),
    ],
  });
}

function durations() {
  return timeseries({
    title: 'Duration by tool (p95)',
    description:
      'One call in twenty takes longer than this, without the time that it waits for its user. Compare with what the tool waits for: its database, a model, another service.',
    unit: 's',
    queries: [query(serving.toolDuration(0.95, { name: TOOL }), '{{name}}', { exemplar: true })],
  });
}

function sizes() {
  const of = { ...RATE, by: ['name'], where: chosen({ method: 'tools/call', name: matches(TOOL) }) } as const;
  return timeseries({
    title: 'Request size (mean)',
    description:
      'How much clients send with a call, on average, where it is known. Growth makes calls slow and models dear: look at what clients put in.',
    unit: 'bytes',
    queries: [query(mean(catalog.requestSize, of), '{{name}}')],
  });
}

function answerSizes() {
  const of = { ...RATE, by: ['name'], where: chosen({ method: 'tools/call', name: matches(TOOL) }) } as const;
  return timeseries({
    title: 'Response size (mean)',
    description:
      'How much a call gives back, on average, where it is known. Models read all of it: let the tool answer with less, or in pages.',
    unit: 'bytes',
    queries: [query(mean(catalog.responseSize, of), '{{name}}')],
  });
}

function errorTypes() {
  const where = chosen({ method: 'tools/call', name: matches(TOOL) });
  return timeseries({
    title: 'Errors by type',
    description:
      'Why calls of the chosen tools failed: a JSON-RPC code, or tool_error for a result that says so. -32602: bad arguments; -32603: the server broke.',
    unit: 'reqps',
    queries: [query(rate(catalog.errors, { ...RATE, by: ['type'], where }), '{{type}}')],
  });
}
