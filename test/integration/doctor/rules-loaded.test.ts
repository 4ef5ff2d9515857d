import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Children } from '../../../scripts/start/children.js';
import { Prometheus } from '../../../scripts/start/prometheus.js';
import { examined } from '../../support/doctor.js';
import { type HttpServer, startHttpServer } from '../../support/http-server.js';
import { RULES, ruled } from '../../support/shipped-rules.js';
import { until } from '../../support/until.js';
import { untilHolds } from '../../support/until-holds.js';

let server: HttpServer;
const children = new Children(() => {});
beforeAll(async () => {
  server = await startHttpServer();
});
afterAll(async () => {
  await children.stop();
  server.child.kill();
});

/** One series for each metric of the server. */
const MANY = 'label_replace(count by (__name__) ({__name__=~"pmcp_.+"}), "metric", "$1", "__name__", "(.+)")';

function group(more: string): string {
  return `groups:
  - name: ours
    ${more}
    rules:
      - { record: 'pmcp:series:count', expr: '${MANY}' }
      - { alert: PmcpSeries, expr: '${MANY} > 0' }
`;
}

/** A Prometheus that scrapes the server, with these rule files. */
async function started(files: Readonly<Record<string, string>>, interval = '1s') {
  const job = `  - { job_name: pmcp, static_configs: [{ targets: ["${new URL(server.admin).host}"] }] }\n`;
  const config = ruled('127.0.0.1:9', job).replace(
    'evaluation_interval: 1s',
    `evaluation_interval: ${interval}`,
  );
  return Prometheus.startWith(config, children.start.bind(children), { files });
}

async function outcome({ url }: Prometheus) {
  const [result] = await examined({ prometheus: new URL(url) }, ({ code }) => code === 'PMCP-D104');
  return result?.outcome;
}

/** Waits until the server is scraped, and the rules were evaluated after that. */
async function evaluated(prometheus: Prometheus): Promise<void> {
  await until(async () => ((await prometheus.number('count({__name__=~"pmcp_.+"})')) ?? 0) > 2);
  const end = Date.now();
  await until(async () => {
    const { groups } = await prometheus.api<Answer>('rules');
    return groups.every(({ rules }) => rules.every((rule) => Date.parse(rule.lastEvaluation) > end));
  });
}

interface Answer {
  readonly groups: readonly { readonly rules: readonly { readonly lastEvaluation: string }[] }[];
}

describe.concurrent('the doctor before the rules of a Prometheus', () => {
  it('does not pass those that were never evaluated, and says when to ask again', async () => {
    expect(await outcome(await started(RULES, '1d'))).toEqual({
      kind: 'not applicable',
      because: expect.stringMatching(/^(\d+) of \1 rules are loaded and not evaluated yet.* ask again in/),
      lead: 'too early for',
    });
  });

  it.each([1, 3])('names the limit of a group whose rules have more results than %i', async (limit) => {
    const prometheus = await started({ 'our-rules.yaml': group(`limit: ${limit}`) });
    await evaluated(prometheus);
    const finding = (name: string) => ({
      found: expect.stringMatching(`^rule ${name} fails: exceeded limit of ${limit}`),
      cure: expect.stringContaining(`Take \`limit: ${limit}\` off the group`),
    });
    // The rules have no result after a scrape that a busy machine answered too late.
    await untilHolds(async () => {
      expect(await outcome(prometheus)).toMatchObject({
        kind: 'found',
        findings: [finding('pmcp:series:count'), finding('PmcpSeries')],
      });
    });
  });

  it.each(['limit: 0', 'limit: 10000', ''])('finds nothing where the group has %j', async (more) => {
    const prometheus = await started({ 'our-rules.yaml': group(more) });
    await evaluated(prometheus);
    expect(await outcome(prometheus)).toEqual({ kind: 'passed' });
  });
});
