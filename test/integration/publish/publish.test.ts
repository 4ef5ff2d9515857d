import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { allDashboards } from '../../../dashboards/dashboards.js';
import { publish } from '../../../dashboards/publish/publish.js';
import type { Settings } from '../../../dashboards/publish/settings.js';
import { settings } from '../../../dashboards/publish/settings.js';
import { GrafanaStandIn } from './stand-in.js';

const dashboards = allDashboards().slice(0, 3);
const [first = '', second = '', third = ''] = dashboards.map(({ uid }) => uid);

describe.each(['resources', 'legacy'] as const)(
  'publishing to a Grafana with the API of %s',
  (generation) => {
    let grafana: GrafanaStandIn;
    let url: URL;
    let lines: string[];

    beforeEach(async () => {
      grafana = new GrafanaStandIn(generation);
      url = await grafana.start();
      lines = [];
    });

    afterEach(() => grafana.stop());

    const run = (changes: Partial<Settings> = {}, which = dashboards) => {
      const given = settings({ GRAFANA_URL: url.href, GRAFANA_TOKEN: 'secret' }, [])!;
      return publish(which, { ...given, backoffMs: 1, timeoutMs: 200, ...changes }, (line) =>
        lines.push(line),
      );
    };
    const isWrite = (method: string) => method === 'POST' || method === 'PUT';

    it('creates the folder and every dashboard, and then has nothing to do', async () => {
      expect(await run()).toMatchObject({ created: [first, second, third], failed: [] });
      expect(grafana.folders.get('pmcp')).toBe('PMCP');
      grafana.requests.length = 0;
      expect(await run()).toMatchObject({ unchanged: [first, second, third] });
      expect(grafana.requests.filter((request) => !request.startsWith('GET'))).toEqual([]);
    });

    it('updates only what differs', async () => {
      await run();
      grafana.edit(second, { title: 'Mine' });
      expect(await run()).toMatchObject({ updated: [second], unchanged: [first, third] });
      expect(grafana.dashboards.get(second)?.spec.title).toBe('PMCP / Tools and prompts');
    });

    it('shows what it would do, and does nothing, in a dry run', async () => {
      await run();
      grafana.edit(second, { title: 'Mine' });
      grafana.requests.length = 0;
      expect(await run({ dryRun: true, prune: true }, dashboards.slice(0, 2))).toMatchObject({
        updated: [second],
        removed: [third],
      });
      expect(lines).toContain('  title: "Mine" -> "PMCP / Tools and prompts"');
      expect(grafana.requests.filter((request) => !request.startsWith('GET'))).toEqual([]);
    });

    it('removes stale ones of ours only when asked, and never those of others', async () => {
      await run();
      grafana.folders.set('theirs', 'Theirs');
      grafana.dashboards.set('copy', {
        spec: { tags: ['pmcp-observability'] },
        folderUid: 'theirs',
        version: 1,
      });
      grafana.dashboards.set('other', { spec: { tags: ['x'] }, folderUid: 'pmcp', version: 1 });
      const fewer = dashboards.slice(0, 2);
      await run({}, fewer);
      expect(grafana.dashboards.has(third)).toBe(true);
      expect(await run({ prune: true }, fewer)).toMatchObject({ removed: [third] });
      expect([...grafana.dashboards.keys()]).toEqual([first, second, 'copy', 'other']);
    });

    it('writes over the newest version when somebody else was quicker', async () => {
      await run();
      grafana.edit(first, { title: 'Mine' });
      let edits = 0;
      grafana.fault = ({ method }) => {
        if (isWrite(method) && edits++ === 0) grafana.edit(first, { title: 'Mine again' });
        return undefined;
      };
      expect(await run()).toMatchObject({ updated: [first], failed: [] });
      expect(grafana.dashboards.get(first)?.spec.title).toBe('PMCP / Overview');
    });

    it('gives up on a dashboard that somebody saves all the time', async () => {
      await run();
      grafana.edit(first, { title: 'Mine' });
      grafana.fault = ({ method }) => {
        if (isWrite(method)) grafana.edit(first, { title: 'Mine' });
        return undefined;
      };
      expect(await run()).toMatchObject({ failed: [first], unchanged: [second, third] });
      expect(lines.join('\n')).toContain('somebody else changed it');
    });

    it.each([
      ['429', { status: 429, headers: { 'retry-after': '0' } }],
      ['500', { status: 500, body: { message: 'database is locked' } }],
      ['a dropped connection', 'drop'],
      ['no answer in time', 'slow'],
    ] as const)('tries again after %s', async (_, fault) => {
      let faults = 0;
      grafana.fault = ({ method, path }) =>
        isWrite(method) && path.includes('dashboards') && faults++ < 2 ? fault : undefined;
      const summary = await run();
      expect(summary.failed).toEqual([]);
      expect([...grafana.dashboards.keys()].sort()).toEqual([first, second, third].sort());
      expect(faults).toBeGreaterThan(2);
    });

    it('leaves every dashboard either old or new when Grafana breaks half way', async () => {
      await run();
      for (const uid of [first, second, third]) grafana.edit(uid, { title: 'Old' });
      let writes = 0;
      grafana.fault = ({ method }) => (isWrite(method) && ++writes > 1 ? { status: 503 } : undefined);
      expect(await run()).toMatchObject({ updated: [first], failed: [second, third] });
      const titles = [first, second, third].map((uid) => grafana.dashboards.get(uid)?.spec.title);
      expect(titles).toEqual(['PMCP / Overview', 'Old', 'Old']);
    });

    it('does not try again what is forbidden, and says what is missing', async () => {
      grafana.fault = ({ method, path }) =>
        isWrite(method) && path.includes('dashboards')
          ? { status: 403, body: { message: 'Access denied' } }
          : undefined;
      expect(await run()).toMatchObject({ failed: [first, second, third] });
      expect(lines.join('\n')).toMatch(/403 Access denied; the account needs/);
      expect(grafana.requests.filter((request) => /^(POST|PUT) .*dashboards/.test(request))).toHaveLength(3);
    });

    it('ends at once where it is not let in, without telling the secret', async () => {
      const failure = run({ authorization: 'Bearer wrong' });
      await expect(failure).rejects.toThrow(/401 Invalid API key; check GRAFANA_TOKEN/);
      await expect(failure).rejects.not.toThrow(/wrong/);
      expect(grafana.requests).toHaveLength(1);
    });
  },
);

describe('the settings', () => {
  it.each([
    [{ GRAFANA_URL: 'grafana' }, [], 'GRAFANA_URL'],
    [{ GRAFANA_URL: 'https://a:b@grafana' }, [], 'without user and password'],
    [{ GRAFANA_URL: 'https://grafana' }, [], 'GRAFANA_TOKEN'],
    [{}, ['--prune'], 'GRAFANA_URL'],
    [{}, ['--force'], '--dry-run or --prune'],
  ])('%j %j are refused', (env, args, message) => {
    expect(() => settings(env, args)).toThrow(message);
  });

  it('publish nothing where no Grafana is named', () => {
    expect(settings({}, [])).toBeUndefined();
  });

  it('take user and password, and keep a path', () => {
    const env = { GRAFANA_URL: 'https://host/grafana', GRAFANA_USER: 'u', GRAFANA_PASSWORD: 'p' };
    const { url, authorization } = settings(env, [])!;
    expect([url.href, authorization]).toEqual(['https://host/grafana/', 'Basic dTpw']);
  });
});
