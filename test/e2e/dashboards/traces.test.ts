import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allDashboards } from '../../../dashboards/dashboards.js';
import { Collector } from '../../../scripts/collector/collector.js';
import { Children } from '../../../scripts/start/children.js';
import { Load } from '../../../scripts/start/load.js';
import { startServer } from '../../../scripts/start/server.js';
import { type Dashboard, queriesOf } from '../../dashboards/model.js';
import { until } from '../../support/until.js';

const dashboards = allDashboards() as unknown as Dashboard[];
/** No Tempo runs here, so the test looks up what its queries select in the spans that Tempo would get. */
const queries = dashboards.flatMap((dashboard) =>
  queriesOf(dashboard, 'tempo').map(({ panel, text }) => [panel.title, text] as const),
);

const children = new Children(() => {});
let collector: Collector;

beforeAll(async () => {
  collector = await Collector.start();
  const { mcp } = await startServer(children, collector.url);
  const load = new Load(new URL(mcp));
  await until(() => ['server_error', 'tool_error'].every((outcome) => outcomes().has(outcome)));
  await load.stop();
});

afterAll(async () => {
  await children.stop();
  await collector.stop();
});

function outcomes(): Set<unknown> {
  return new Set(collector.spans.map(({ attributes }) => attributes['pmcp.outcome']));
}

describe('spans of a real server', () => {
  it.each(queries)('have the attributes that "%s" asks for', (_, text) => {
    const asked = [...text.matchAll(/\b(span|resource)\.([\w.]*\w)/g)];
    expect(asked.length).toBeGreaterThan(1);
    const lacking = asked.filter(([, scope, name = '']) =>
      collector.spans.every(
        ({ attributes, resource }) => (scope === 'span' ? attributes : resource)[name] === undefined,
      ),
    );
    expect(lacking.map(([attribute]) => attribute)).toEqual([]);
  });

  it('have every outcome that a query compares with', () => {
    const compared = queries.flatMap(
      ([, text]) => /pmcp\.outcome =~ "([\w|]+)"/.exec(text)?.[1]?.split('|') ?? [],
    );
    expect(compared).toEqual(['server_error', 'tool_error']);
    expect([...outcomes()]).toEqual(expect.arrayContaining(compared));
  });
});
