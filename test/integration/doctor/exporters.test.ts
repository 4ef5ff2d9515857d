import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Children } from '../../../scripts/start/children.js';
import { Prometheus } from '../../../scripts/start/prometheus.js';
import { examined } from '../../support/doctor.js';
import { serve } from '../../support/notes-server.js';
import { until } from '../../support/until.js';
import { untilHolds } from '../../support/until-holds.js';

const children = new Children(() => {});
let exporter: Awaited<ReturnType<typeof serve>>;
let prometheus: Prometheus;
let isUp = true;

beforeAll(async () => {
  exporter = await serve((_, response) => {
    response.setHeader('content-type', 'text/plain; version=0.0.4').end(`redis_up ${Number(isUp)}\n`);
  });
  prometheus = await Prometheus.startWith(
    `global: { scrape_interval: 1s }\nscrape_configs: [{ job_name: redis, static_configs: [{ targets: ["${exporter.url.host}"] }] }]\n`,
    children.start.bind(children),
    { flags: ['--scrape.discovery-reload-interval=100ms'] },
  );
});
afterAll(async () => {
  await children.stop();
  await exporter.close();
});

async function outcomeWhen(up: boolean) {
  isUp = up;
  await until(async () => (await prometheus.number('redis_up')) === Number(up));
  const asked = { prometheus: new URL(prometheus.url) };
  const [result] = await examined(asked, (check) => check.code === 'PMCP-D128');
  return result?.outcome;
}

describe('the doctor before an exporter', () => {
  it('says that it is too early to blame one that lost its database a moment ago', async () => {
    expect(await outcomeWhen(true)).toMatchObject({ kind: 'passed' });
    // After a scrape that a busy machine answered too late, nothing is known of it.
    await untilHolds(async () => {
      expect(await outcomeWhen(false)).toEqual({
        kind: 'not applicable',
        lead: 'too early for',
        because: expect.stringMatching(/^redis_up of .* \(job redis\) became 0 .*ask again in 1 min$/),
      });
    });
    expect(await outcomeWhen(true)).toMatchObject({ kind: 'passed' });
  });
});
