import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allDashboards } from '../../../dashboards/dashboards.js';
import { Collector } from '../../../scripts/collector/collector.js';
import { Children } from '../../../scripts/start/children.js';
import { Load } from '../../../scripts/start/load.js';
import { startServer } from '../../../scripts/start/server.js';
import { filled, opened } from '../../dashboards/fill.js';
import { type Dashboard, queriesOf } from '../../dashboards/model.js';
import { until } from '../../support/until.js';
import { Loki } from './loki.js';

/** Loki has no package that can be installed here; a build from source takes ten minutes. */
const PROGRAM = process.env.PMCP_LOKI ?? '';
/** The service names of the same lines: read from stderr, and sent over OTLP. */
const [READ, SENT] = ['notes-stderr', 'notes'];
const EVERY_OUTCOME = ['cancelled', 'client_error', 'ok', 'server_error', 'tool_error'];

const dashboards = allDashboards() as unknown as Dashboard[];
const panels = dashboards.flatMap((dashboard) =>
  queriesOf(dashboard, 'loki').map(({ panel, text }) => ({ title: panel.title, text, dashboard })),
);

/** Child processes whose stderr is kept for the test to push, as an agent would. */
class Heard extends Children {
  readonly lines: string[] = [];

  override start(...call: Parameters<Children['start']>): ChildProcess {
    const child = super.start(...call);
    createInterface({ input: child.stderr as Readable }).on('line', (line) => {
      if (line.startsWith('{')) this.lines.push(line);
    });
    return child;
  }
}

describe.skipIf(PROGRAM === '')('a real Loki, whose program is in PMCP_LOKI,', () => {
  const deaths: string[] = [];
  const children = new Heard((message) => deaths.push(message));
  const loki = new Loki();
  let collector: Collector;

  beforeAll(async () => {
    collector = await Collector.start();
    const [{ mcp }] = await Promise.all([
      startServer(children, collector.url),
      loki.start(PROGRAM, children),
    ]);
    const load = new Load(new URL(mcp));
    await until(() => EVERY_OUTCOME.every((outcome) => happened(outcome)));
    await load.stop();
    await until(() => collector.logs.length >= children.lines.length);
    await loki.push(READ, children.lines);
    await loki.pushRecords(collector.logs);
  });

  afterAll(async () => {
    await children.stop();
    await collector.stop();
    await loki.remove();
  });

  function happened(outcome: string): boolean {
    return children.lines.some((line) => line.includes(`"outcome":"${outcome}"`));
  }

  async function ask(title: string, service: string) {
    const { dashboard, text } = panels.find((panel) => panel.title === title)!;
    return loki.query(filled(text, { ...opened(dashboard), service, search: '' }));
  }

  const found = async (title: string, service: string, label: string) =>
    (await ask(title, service)).map(({ metric }) => metric?.[label]).sort();

  it.each(panels.flatMap(({ title }) => [READ, SENT].map((service) => [title, service] as const)))(
    'shows data in "%s" of %s',
    async (title, service) => {
      expect(await ask(title, service)).not.toEqual([]);
    },
  );

  it('has the same levels and outcomes for both ways of delivery', async () => {
    const levels = await found('Lines by level', READ, 'level');
    expect(levels).toEqual(expect.arrayContaining(['error', 'info']));
    expect(await found('Lines by level', SENT, 'level')).toEqual(levels);
    for (const service of [READ, SENT]) {
      expect(await found('Requests in the log by outcome', service, 'outcome')).toEqual(EVERY_OUTCOME);
    }
  });

  it('finds the lines of a trace for both ways of delivery', async () => {
    const { traceId } = collector.logs.find((record) => record.traceId)!;
    const sent = await loki.query(`{service_name="${SENT}"} | trace_id="${traceId}"`);
    const read = await loki.query(`{service_name="${READ}"} |= "${traceId}"`);
    expect(sent).not.toEqual([]);
    expect(read).not.toEqual([]);
  });

  it('returns nothing where no line matches, and rejects an invalid query', async () => {
    expect(await loki.query('{service_name="nobody"}')).toEqual([]);
    await expect(loki.query('{service_name="notes"} | | json')).rejects.toThrow('parse error');
    expect(deaths).toEqual([]);
  });
});
