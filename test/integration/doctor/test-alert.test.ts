import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { alertmanagerConfig } from '../../../alerts/alertmanager.js';
import { freePort } from '../../../scripts/free-port.js';
import { Alertmanager } from '../../support/alertmanager.js';
import { type Broken, diagnosis, examined, rows } from '../../support/doctor.js';
import { Inbox } from '../../support/inbox.js';

/** A real Alertmanager with the shipped configuration, as quick as it is told. */
async function alerting(url: string, scale = 0.01): Promise<Alertmanager> {
  const deadMansSwitch = { url };
  return Alertmanager.start(
    alertmanagerConfig({ receivers: { webhook: { url }, deadMansSwitch }, scale, templates: [] }),
  );
}

/** One whose route of critical alerts is mute all day. */
async function mutedAllDay(url: string): Promise<Alertmanager> {
  const route = {
    receiver: 'none',
    routes: [{ receiver: 'page', group_wait: '0s', mute_time_intervals: ['all-day'] }],
  };
  const receivers = [{ name: 'none' }, { name: 'page', webhook_configs: [{ url }] }];
  const times = [{ start_time: '00:00', end_time: '24:00' }];
  const time_intervals = [{ name: 'all-day', time_intervals: [{ times }] }];
  const config = { route, receivers, time_intervals, inhibit_rules: [] };
  return Alertmanager.start(config);
}

const settings = ({ url }: Alertmanager) => ({ alertmanager: new URL(url), sendTestAlert: true });

let inbox: Inbox;
let calm: Alertmanager;
let silenced: Alertmanager;
let deaf: Alertmanager;
let muted: Alertmanager;
beforeAll(async () => {
  inbox = await Inbox.open();
  [calm, silenced, deaf, muted] = await Promise.all([
    alerting(inbox.url),
    alerting(inbox.url, 1),
    alerting(`http://127.0.0.1:${await freePort()}/`),
    mutedAllDay(inbox.url),
  ]);
}, 60_000);
afterAll(async () => {
  await Promise.all([calm, silenced, deaf, muted].map((one) => one.stop()));
  await inbox.close();
});

async function silence({ url }: Alertmanager): Promise<void> {
  const matchers = [{ name: 'job', value: 'pmcp-doctor-.*', isRegex: true }];
  const [startsAt, endsAt] = [new Date(), new Date(Date.now() + 3_600_000)];
  const body = JSON.stringify({ matchers, startsAt, endsAt, createdBy: 'ann', comment: 'work' });
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(`${url}/api/v2/silences`, { method: 'POST', headers, body });
  expect(answer.ok).toBe(true);
}

const BROKEN: Broken = {
  'PMCP-D220': [
    'a silence keeps it back',
    async () => {
      await silence(silenced);
      return settings(silenced);
    },
  ],
  'PMCP-D221': ['the receiver does not answer', async () => settings(deaf)],
};

describe('the test alert of the doctor', () => {
  it('comes to the receiver of critical alerts, is marked, and is over when the doctor ends', async () => {
    const post = inbox.from(({ labels }) => labels.alertname === 'PmcpDoctorTest');
    expect(await diagnosis({ ...settings(calm), namespace: ['shop'] })).toEqual({});
    const { labels, annotations } = await post.waitFor('PmcpDoctorTest', 'firing', 30_000);
    expect(labels).toMatchObject({ severity: 'critical', namespace: 'shop' });
    expect(annotations.summary).toBe('TEST: nothing is wrong.');
    await post.waitFor('PmcpDoctorTest', 'resolved', 30_000);
  });

  it('says which time interval mutes the route, and does not blame the receiver', async () => {
    const [sent] = await examined(settings(muted), ({ code }) => code === 'PMCP-D221');
    expect(sent?.outcome).toEqual({
      kind: 'found',
      findings: [
        expect.objectContaining({ found: expect.stringContaining('mute the routes to page by all-day') }),
      ],
    });
  });

  it.each([
    ['slack', { slack_configs: [{ channel: '#a', title: '{{ template "corp.title" . }}' }] }],
    ['webhook', { webhook_configs: [{ url_file: '/nowhere/url' }] }],
  ])('says that the message of %s could not be made, and not that it was refused', async (kind, told) => {
    const routed = { receiver: 'page', group_wait: '0s', group_by: ['job'] };
    const config = { global: { slack_api_url: inbox.url }, route: routed, inhibit_rules: [] };
    const whole = { ...config, receivers: [{ name: 'page', ...told }] };
    const one = await Alertmanager.start(whole);
    const [sent] = await examined(settings(one), ({ code }) => code === 'PMCP-D221');
    await one.stop();
    expect(sent?.outcome).toMatchObject({
      kind: 'found',
      findings: [
        {
          found: expect.stringContaining(`Alertmanager could not make the message of ${kind}`),
          cure: expect.stringContaining('templates:'),
        },
      ],
    });
  });

  it('is sent only when somebody asks for it', async () => {
    const results = await examined({ alertmanager: new URL(calm.url) });
    const outcomes = results.filter(({ check }) => /D22[01]/.test(check.code)).map(({ outcome }) => outcome);
    const notAsked = { kind: 'not asked', missing: ['sendTestAlert'] };
    expect(outcomes).toEqual([notAsked, notAsked]);
  });

  it('says so where its route waits longer than the doctor may', async () => {
    const [sent] = await examined({ ...settings(silenced), timeout: 12 }, ({ code }) => code === 'PMCP-D221');
    const because = 'its route waits 10 s for other alerts (group_wait): --timeout 26';
    expect(sent?.outcome).toEqual({ kind: 'unknown', because });
  });

  it.each(rows(BROKEN))('says $code and nothing else where $what', async ({ code, arrange }) => {
    expect(await diagnosis(await arrange())).toEqual({ [code]: expect.anything() });
  });
});
