import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import {
  QueryVariableBuilder,
  TextBoxVariableBuilder,
  type VariableModel,
  VariableRefresh,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { catalog } from '@pmcp/observability/catalog';
import { exemplarsOf } from '../prometheus/promql.js';
import { LEVEL_COLOURS, OUTCOME_COLOURS } from './colours.js';
import type { Definition } from './dashboard.js';
import { line, section, shared } from './layout.js';
import { heatmap } from './panels/heatmap.js';
import { logs } from './panels/logs.js';
import { timeseries } from './panels/timeseries.js';
import { traces } from './panels/traces.js';
import { chosen, exemplars, query } from './query.js';
import * as serving from './serving.js';
import { chosenSource } from './sources.js';

/**
 * Log lines are JSON, or have their fields beside them if they came through a collector. The collector also
 * calls the level a severity. The query makes both kinds alike.
 */
const FIELDS =
  '{service_name=~"$service"} |~ `(?i)$search` | json | label_format level="{{or .level .severity_text}}" | drop __error__, __error_details__';

export function logsTraces(): Definition {
  return {
    uid: 'pmcp-logs-traces',
    description:
      'What happened to this one request? Go from a point to its trace, to its log lines, and back.',
    sources: ['prometheus', 'loki', 'tempo'],
    variables: [service(), search()],
    sections: [
      section('From the latency to a trace', shared(8, [10, latency()], [14, slowTraces()])),
      section('Log lines', line(8, linesByLevel(), linesByOutcome()), line(12, explorer())),
      section('Failures', shared(8, [10, failedTraces()], [14, failedLines()])),
    ],
  };
}

function service(): Builder<VariableModel> {
  return new QueryVariableBuilder('service')
    .label('Service')
    .datasource(chosenSource('loki'))
    .query({ type: 1, label: 'service_name', stream: '', refId: 'LokiVariableQueryEditor-VariableQuery' })
    .multi(true)
    .includeAll(true)
    .allValue('.+')
    .current({ text: ['All'], value: ['$__all'] })
    .refresh(VariableRefresh.OnTimeRangeChanged);
}

function search(): Builder<VariableModel> {
  return new TextBoxVariableBuilder('search').label('Search').defaultValue('');
}

function latency() {
  const all = exemplars(exemplarsOf(catalog.requestDuration, { where: chosen() }));
  return heatmap({
    title: 'Latency with exemplars',
    description:
      'The distribution of request durations. Each point is one request with a trace: click it to see where the time went.',
    unit: 's',
    queries: [all, query(serving.requestBuckets(), '{{le}}')],
    noValue: 'No request has ended',
  });
}

function slowTraces() {
  return traces({
    title: 'Slow requests',
    description:
      'Requests that took longer than a second, with their traces. Open one: the longest span without children is the place to improve.',
    text: '{ resource.service.name =~ "$service" && span.mcp.method.name != nil && duration > 1s }',
    noValue: 'No request was slow',
  });
}

function failedTraces() {
  return traces({
    title: 'Failed requests',
    description:
      'Traces of requests with a server error or a tool error. The logs button of a trace leads to its log lines.',
    text: '{ resource.service.name =~ "$service" && span.pmcp.outcome =~ "server_error|tool_error" }',
    noValue: 'No request failed',
  });
}

function linesByLevel() {
  return timeseries({
    title: 'Lines by level',
    description:
      'Log lines per second. If errors rise but failed requests do not, something in the background fails: read the lines below.',
    unit: 'ops',
    stacked: true,
    queries: [query(`sum by (level) (rate(${FIELDS} [$__auto]))`, '{{level}}', { source: 'loki' })],
    colours: LEVEL_COLOURS,
    noValue: 'No line was found',
  });
}

function linesByOutcome() {
  return timeseries({
    title: 'Requests in the log by outcome',
    description:
      'Log lines of requests, by outcome. The panel must look like the outcomes on the overview. If it shows less, lines are lost.',
    unit: 'ops',
    stacked: true,
    queries: [
      query(`sum by (outcome) (rate(${FIELDS} | outcome != "" [$__auto]))`, '{{outcome}}', {
        source: 'loki',
      }),
    ],
    colours: OUTCOME_COLOURS,
    noValue: 'No line was found',
  });
}

function explorer() {
  return logs({
    title: 'Request log',
    description:
      'All lines of the chosen services that contain your search text. Open a line to see its fields, and follow trace_id to its trace.',
    queries: [
      query(
        `${FIELDS} | line_format "{{.level}} {{or .mcp_method .mcp_method_name}} {{or .mcp_name .gen_ai_tool_name .gen_ai_prompt_name}} {{.outcome}} {{.duration_ms}} ms {{.client}} {{.error_type}} {{__line__}}"`,
        '',
        { source: 'loki' },
      ),
    ],
    noValue: 'No line was found',
  });
}

function failedLines() {
  return logs({
    title: 'Lines of failed requests',
    description:
      'Log lines of failed requests. The field error_type says why. Follow trace_id to see what happened before.',
    queries: [query(`${FIELDS} | outcome =~ "server_error|tool_error"`, '', { source: 'loki' })],
    noValue: 'No line was found',
  });
}
