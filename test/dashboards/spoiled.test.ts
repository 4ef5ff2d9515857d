import { describe, expect, it } from 'vitest';
import { allDashboards } from '../../dashboards/dashboards.js';
import { LINTER } from './linter.js';
import { LOOKS } from './looks.js';
import type { Dashboard } from './model.js';
import { STRUCTURE } from './structure.js';

/** For each rule, a replacement in the JSON of a good dashboard that breaks the rule. */
const SPOILED: Readonly<Record<string, [RegExp, string]>> = {
  'template-datasource': [/"label":"Data source"/, '"label":"Source"'],
  'template-job': [/"label":"Job"/, '"label":"job"'],
  'template-instance': [/("name":"instance".*?"allValue":)"\.\+"/, '$1".*"'],
  'template-label-promql': [/label_values\(/g, 'label_values({'],
  'template-on-time-change-reload': [/"refresh":2/, '"refresh":1'],
  'panel-datasource': [
    /("gridPos".{0,200}?"uid":")\$\{datasource\}|(?<="type":"prometheus","uid":")\$\{datasource\}/g,
    'fixed',
  ],
  'panel-title-description': [/"description":"How requests ended[^"]*"/, '"description":""'],
  'panel-units': [/"unit":"reqps"/, '"unit":"requests"'],
  'panel-no-targets': [/"targets":\[\{/, '"none":[{'],
  'target-promql': [/sum\(rate/g, 'sum((rate'],
  'target-rate-interval': [/\$__rate_interval/, '5m'],
  'target-job': [/, job=~\\"\$job\\"/g, ''],
  'target-instance': [/, instance=~\\"\$instance\\"/g, ', instance=~\\".+\\"'],
  'target-counter-agg': [/rate\((pmcp_requests_total\{[^}]*\})\[[^\]]*\]\)/, '$1'],
  'uneditable-dashboard': [/"editable":false/, '"editable":true'],
  'target-logql': [/\| json/g, '| | json'],
  'target-logql-auto': [/\$__auto/g, '5m'],

  'panels have unique ids': [/"id":3\b/, '"id":2'],
  'panels have unique titles': [/"title":"Error rate"/, '"title":"Request rate"'],
  'no two panels overlap': [/"x":3/, '"x":2'],
  'panels stay within the grid': [/"x":21/, '"x":22'],
  'queries of a panel have unique names': [/"refId":"B"/, '"refId":"A"'],
  'descriptions are sentences that add to the title': [
    /"description":"How requests ended[^"]*"/,
    '"description":"How"',
  ],
  'every query of series has a legend': [/"legendFormat":"requests"/, '"legendFormat":""'],
  'every query of traces is TraceQL': [/\{ resource/g, '{{ resource'],
  'every variable is honoured by every query': [/\{cluster=~\\"\$cluster\\", /g, '{'],
  'variables take their values from existing labels': [/, name\)/, ', tool)'],
  'stat panels show the current value, or 0 if it has disappeared': [/"instant":true/g, '"instant":false'],
  'exemplars are queried first, and for metrics that have them': [/"exemplar":false/g, '"exemplar":true'],
  'only what is counted is 0 where nothing was scraped: a missed scrape is no lack of traffic': [
    /"count(\(pmcp_ready(?:[^"\\]|\\.)*? or vector)/,
    '"sum$1',
  ],
  'every metric exists': [/pmcp_requests_total/, 'pmcp_request_total'],
  'links lead to existing dashboards, and keep the time range and the variables': [
    /"includeVars":true/,
    '"includeVars":false',
  ],
  'links pass on the data source and the other existing variables': [
    /=\$\{datasource\}/g,
    '=\u0024{no_datasource}',
  ],
  'links in panels lead to existing dashboards': [/\/d\/pmcp-tools/g, '/d/tools'],
  'Grafana reads it without migration': [/"schemaVersion":42/, '"schemaVersion":36'],
  'its uid and title are short enough': [
    /"uid":"pmcp-overview"|"uid":"pmcp-logs-traces"/,
    '"uid":"pmcp overview"',
  ],
  'deployments and alerts are annotated': [/"name":"Deployments"/, '"name":"Others"'],
  'no title is cut': [/"title":"p95 latency"/, '"title":"Response time (p95)"'],
  'legends are lists below the curves, without values that take their room': [
    /"displayMode":"list"/,
    '"displayMode":"table"',
  ],
  'curves have two thirds of their panel': [/("gridPos":\{[^}]*"h":)[78]/g, '$15'],
  'every curve has a colour by its meaning, and a name if it is not alone': [
    /"legendFormat":"p95"/g,
    '"legendFormat":"{{instance}} p95"',
  ],
  'no two curves of a panel have the same colour': [/"#e96f09"/g, '"#cb2430"'],
  'all colours have a meaning': [/"#0ca76c"/g, '"green"'],
  'areas are sums, and lines are not filled': [/"fillOpacity":0/g, '"fillOpacity":8'],
  'limits are shares, and do not set the scale': [
    /sum by \(instance\) \(pmcp_active_connections\{[^}]*\}\) \/ \((.*?) > 0\)(.*?)"unit":"percentunit"/g,
    '$1$2"unit":"short"',
  ],
  'values of different magnitudes can be read on one axis': [/"type":"symlog"/g, '"type":"linear"'],
  'the use of a CPU is a share of it': [
    /"unit":"percentunit"((?:(?!"unit").)*"title":"CPU, of one core")/,
    '"unit":"short"$1',
  ],
  'states are not drawn as curves': [/"type":"state-timeline"/g, '"type":"timeseries"'],
  'values that only grow with time are not drawn as curves': [
    /"type":"(table|stat)"(.{0,3000}?time\(\) - )/g,
    '"type":"timeseries"$2',
  ],
  'a budget is shown once it is known, and explained before that': [/ offset 1d/g, ''],
  'stat panels show a value without waiting for a full window': [
    /irate\(pmcp_requests_total/g,
    'max_over_time(instance:pmcp_requests:rate5m',
  ],
  'empty cells show a sign': [/"value":"–"/g, '"value":""'],
  'missing values have no colour for good or bad': [/"match":"null"/g, '"match":"empty"'],
  'no column header is cut': [/"id":"custom.width","value":\d+/g, '"id":"custom.width","value":40'],
  'names that look like numbers stay names': [/"unit":"string"/g, '"unit":"short"'],
  'an empty panel explains why it is empty': [/"noValue":"No request has ended"/, '"noValue":""'],
  'counts are shown exactly, not in thousands': [/"unit":"locale"/, '"unit":"short"'],
  'bytes have the same unit everywhere': [/"unit":"binBps"/, '"unit":"Bps"'],
  'of lines that may be equal the worst is drawn last, and so on top': [
    /"legendFormat":"average"(.*?)"legendFormat":"highest"/,
    '"legendFormat":"highest"$1"legendFormat":"average"',
  ],
  'empty bars draw no line': [/"lineWidth":0(,"fillOpacity":100)/g, '"lineWidth":1$1'],
  'drawings in cells have the same name everywhere': [/"options":"Trend"/, '"options":"Course"'],
  'the overview fits one screen': [/"y":17/g, '"y":18'],
  'no default of the builders is left': [/"keepTime"/, '"placement":"inControlsMenu","keepTime"'],
};

const ALL = allDashboards() as unknown as Dashboard[];
const UIDS = ALL.map(({ uid }) => uid);
const CHECKS = { ...LINTER, ...STRUCTURE, ...LOOKS };

describe('a dashboard that breaks', () => {
  it.each(Object.entries(CHECKS))('%s is detected', (name, check) => {
    const [pattern, replacement] = SPOILED[name] ?? [];
    expect(pattern, 'a way to break it').toBeDefined();
    const [found] = ALL.map((dashboard) => JSON.stringify(dashboard)).filter(
      (text) => text.search(pattern!) >= 0,
    );
    const spoiled = JSON.parse(found!.replace(pattern!, replacement!)) as Dashboard;
    expect(check(spoiled, UIDS)).not.toEqual([]);
  });

  it.each([
    ['a rule that records nothing', /slo:\w+/g, 'slo:unheard_of'],
    ['another name of an exporter’s metric', /redis_memory_used_bytes/g, 'redis_used_memory_bytes'],
    ['a bucket of what is no histogram', /pmcp_requests_in_flight/g, 'pmcp_requests_in_flight_bucket'],
    ['a variable of what is not there', /label_values\(pmcp_ready/g, 'label_values(pmcp_readily'],
    ['an annotation of what is not there', /ALERTS\{/g, 'ALARMS{'],
  ])('metrics with %s is detected', (_, pattern, replacement) => {
    const found = ALL.map((dashboard) => JSON.stringify(dashboard)).find((text) => text.search(pattern) >= 0);
    const spoiled = JSON.parse(found!.replace(pattern, replacement)) as Dashboard;
    expect(STRUCTURE['every metric exists']!(spoiled, UIDS)).not.toEqual([]);
  });

  it('any rule has a case here', () => {
    expect(Object.keys(LINTER)).toHaveLength(17);
    expect(Object.keys(SPOILED).sort()).toEqual(Object.keys(CHECKS).sort());
  });
});
