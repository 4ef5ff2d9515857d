import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { alertmanagerConfig } from '../../../alerts/alertmanager.js';
import { freePort } from '../../../scripts/free-port.js';
import { Alertmanager } from '../../support/alertmanager.js';
import { type Broken, diagnosis, examined, rows } from '../../support/doctor.js';
import { Inbox } from '../../support/inbox.js';
import { serve } from '../../support/notes-server.js';

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

/** One whose only route has no wait. */
async function atOnce(receiver: object, more: object = {}): Promise<Alertmanager> {
  const route = { receiver: 'page', group_wait: '0s', group_by: ['job'] };
  const config = { ...more, route, receivers: [{ name: 'page', ...receiver }], inhibit_rules: [] };
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
});
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
    const { labels, annotations } = await post.waitFor('PmcpDoctorTest', 'firing', 120_000);
    expect(labels).toMatchObject({ severity: 'critical', namespace: 'shop' });
    expect(annotations.summary).toBe('TEST: nothing is wrong.');
    await post.waitFor('PmcpDoctorTest', 'resolved', 120_000);
  });

  it('says of the silence that keeps it back what it is for, and whom to ask', async () => {
    await silence(silenced);
    const found = (await diagnosis(settings(silenced)))['PMCP-D220'];
    expect(found).toEqual([
      expect.stringMatching(
        /because of silence \w{8} of ann \(job=~pmcp-doctor-\.\*\), "work", until \d{4}-\d\d-\d\d \d\d:\d\d UTC/,
      ),
    ]);
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
    const one = await atOnce(told, { global: { slack_api_url: inbox.url } });
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

  it('names the templates of the message where `templates` fits no file', async () => {
    const slack = { api_url: inbox.url, channel: '#a', title: '{{ template "corp.title" . }}' };
    const unmade = await atOnce({ slack_configs: [slack] }, { templates: ['missing/*.tmpl'] });
    const found = await diagnosis(settings(unmade));
    await unmade.stop();
    expect(found['PMCP-D221']).toEqual([
      expect.stringMatching(/could not make .* slack \(reason other\).* not loaded: "corp.title"$/),
    ]);
  });

  it.each([
    [403, /its webhook refuses it \(reason clientError: an answer 4xx\)$/],
    [400, /its webhook refuses it \(reason clientError: an answer 4xx\)$/],
  ])('says why it was refused by an answer %i', async (status, told) => {
    const receiver = await serve((_, response) => void response.writeHead(status).end());
    const refused = await atOnce({ webhook_configs: [{ url: receiver.url.href }] });
    const [sent] = await examined(settings(refused), ({ code }) => code === 'PMCP-D221');
    await refused.stop();
    await receiver.close();
    expect(sent?.outcome).toMatchObject({ findings: [{ found: expect.stringMatching(told) }] });
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
