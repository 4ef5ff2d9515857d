import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { allDashboards } from '../../../dashboards/dashboards.js';
import { UID_PREFIX } from '../../../dashboards/publish/grafana.js';
import { publish } from '../../../dashboards/publish/publish.js';
import type { Settings } from '../../../dashboards/publish/settings.js';
import { settings } from '../../../dashboards/publish/settings.js';
import { UIDS } from '../../../dashboards/uids.js';
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
      return publish(which, { ...given, backoffMs: 1, ...changes }, (line) => lines.push(line));
    };
    const isWrite = (method: string) => method === 'POST' || method === 'PUT';
    const failWrites = () => {
      grafana.fault = ({ method, path }) =>
        isWrite(method) && path.includes('dashboards')
          ? { status: 403, body: { message: 'Access denied' } }
          : undefined;
    };
    const keepOurs = (uid: string) => {
      const spec = { uid, tags: ['pmcp-observability'] };
      grafana.folders.set('pmcp', 'PMCP');
      grafana.dashboards.set(uid, { spec, folderUid: 'pmcp', version: 1 });
    };

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

    it('shows the changes of a dry run, and makes none', async () => {
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

    it('removes our stale dashboards only on request, and never foreign ones', async () => {
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

    it('keeps a copy that a user made in the folder with the same tag', async () => {
      keepOurs('adxyz123');
      expect(await run({ prune: true })).toMatchObject({ removed: [], failed: [] });
      expect(grafana.dashboards.has('adxyz123')).toBe(true);
    });

    it('removes nothing when a dashboard failed, and reports that', async () => {
      keepOurs('pmcp-old');
      failWrites();
      expect(await run({ prune: true })).toMatchObject({
        removed: [],
        kept: ['pmcp-old'],
        failed: [first, second, third],
      });
      expect(grafana.dashboards.has('pmcp-old')).toBe(true);
      expect(lines).toContain('nothing stale is removed, because 3 failed');
      expect(lines).toContain('kept  pmcp-old');
    });

    it('continues with the others when a stale one could not be removed', async () => {
      keepOurs('pmcp-old');
      keepOurs('pmcp-older');
      grafana.fault = ({ method, path }) =>
        method === 'DELETE' && path.endsWith('/pmcp-old') ? { status: 403 } : undefined;
      expect(await run({ prune: true })).toMatchObject({ removed: ['pmcp-older'], failed: ['pmcp-old'] });
    });

    it('reports what it wrote when the search for stale ones failed', async () => {
      grafana.fault = ({ path }) => (path === '/api/search' ? { status: 500 } : undefined);
      expect(await run({ prune: true })).toMatchObject({
        created: [first, second, third],
        removed: [],
        failed: ['search for stale dashboards'],
      });
      expect(lines).toContain('  GET /api/search: 500 no reason given');
    });

    it('reports a dashboard as failed that it could not read in a dry run', async () => {
      grafana.fault = ({ path }) => (path.endsWith(`/${first}`) ? { status: 403 } : undefined);
      expect(await run({ dryRun: true })).toMatchObject({ created: [second, third], failed: [first] });
      expect(lines).toContain(`failed  ${first}`);
      expect(lines).toContain(`would be created  ${second}`);
    });

    it('uses a folder that was created concurrently', async () => {
      grafana.fault = ({ method, path }) => {
        if (method === 'POST' && path === '/api/folders') grafana.folders.set('pmcp', 'PMCP');
        return undefined;
      };
      expect(await run()).toMatchObject({ created: [first, second, third] });
    });

    it('explains what to do when another folder has the title', async () => {
      grafana.folders.set('other', 'PMCP');
      const failure = run();
      await expect(failure).rejects.toThrow(
        /folder "PMCP" with uid "pmcp": 409 a folder with the same name already exists.*GRAFANA_FOLDER_UID/,
      );
      expect(grafana.requests.filter((request) => request.includes('dashboards/'))).toEqual([]);
    });

    it.each([
      ['HTML', '<html>\n<title>Sign in</title>', /got 200 text\/html "<html>\\n<title>Sign in<\/title>"/],
      ['an empty body', '', /got 200 text\/html without a body/],
    ])('rejects %s instead of JSON, without a retry', async (_, text, got) => {
      grafana.fault = () => ({ status: 200, text, headers: { 'content-type': 'text/html' } });
      const failure = run();
      await expect(failure).rejects.toThrow(/GET \/apis\/.*: expected JSON from Grafana, got/);
      await expect(failure).rejects.toThrow(got);
      await expect(failure).rejects.toThrow(/check that GRAFANA_URL/);
      expect(grafana.requests).toHaveLength(1);
    });

    it('names the target of a redirect', async () => {
      grafana.fault = () => ({ status: 301, headers: { location: 'https://new.example/grafana/' } });
      await expect(run()).rejects.toThrow(
        /301 redirects to https:\/\/new\.example\/grafana\/; .*GRAFANA_URL/,
      );
    });

    it('overwrites the newest version after a concurrent change', async () => {
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

    it('gives up on a dashboard that changes all the time', async () => {
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
    ] as const)('retries after %s', async (_, fault) => {
      let faults = 0;
      grafana.fault = ({ method, path }) =>
        isWrite(method) && path.includes('dashboards') && faults++ < 2 ? fault : undefined;
      const summary = await run(fault === 'slow' ? { timeoutMs: 1_000 } : {});
      expect(summary.failed).toEqual([]);
      expect([...grafana.dashboards.keys()].sort()).toEqual([first, second, third].sort());
      expect(faults).toBeGreaterThan(2);
    });

    it('leaves every dashboard either old or new when Grafana fails half way', async () => {
      await run();
      for (const uid of [first, second, third]) grafana.edit(uid, { title: 'Old' });
      let writes = 0;
      grafana.fault = ({ method }) => (isWrite(method) && ++writes > 1 ? { status: 503 } : undefined);
      expect(await run()).toMatchObject({ updated: [first], failed: [second, third] });
      const titles = [first, second, third].map((uid) => grafana.dashboards.get(uid)?.spec.title);
      expect(titles).toEqual(['PMCP / Overview', 'Old', 'Old']);
    });

    it('does not retry without permission, and names the missing permission', async () => {
      failWrites();
      expect(await run()).toMatchObject({ failed: [first, second, third] });
      expect(lines.join('\n')).toMatch(/403 Access denied; the account needs/);
      expect(grafana.requests.filter((request) => /^(POST|PUT) .*dashboards/.test(request))).toHaveLength(3);
    });

    it('stops at once when the token is rejected, without revealing it', async () => {
      const failure = run({ authorization: 'Bearer wrong' });
      await expect(failure).rejects.toThrow(/401 Invalid API key; check GRAFANA_TOKEN/);
      await expect(failure).rejects.not.toThrow(/wrong/);
      expect(grafana.requests).toHaveLength(1);
    });
  },
);

describe('a Grafana that sends Retry-After', () => {
  it.each([
    ['in seconds', () => '1'],
    ['as a date', () => new Date(Date.now() + 2000).toUTCString()],
  ])('gets no request until then when the header is %s', async (_, retryAfter) => {
    const grafana = new GrafanaStandIn('resources');
    const url = await grafana.start();
    try {
      let busy = 0;
      grafana.fault = () =>
        busy++ === 0 ? { status: 429, headers: { 'retry-after': retryAfter() } } : undefined;
      const given = settings({ GRAFANA_URL: url.href, GRAFANA_TOKEN: 'secret' }, [])!;
      const started = Date.now();
      await publish([], { ...given, backoffMs: 1 }, () => {});
      expect(Date.now() - started).toBeGreaterThan(900);
    } finally {
      grafana.stop();
    }
  });
});

describe('the uids', () => {
  it('all begin with the prefix that pruning looks for, because it would miss others', () => {
    expect(UIDS.filter((uid) => !uid.startsWith(UID_PREFIX))).toEqual([]);
  });
});

describe('the settings', () => {
  it.each([
    [{ GRAFANA_URL: 'grafana' }, [], 'GRAFANA_URL'],
    [{ GRAFANA_URL: 'https://a:b@grafana' }, [], 'without user and password'],
    [{ GRAFANA_URL: 'https://grafana' }, [], 'GRAFANA_TOKEN'],
    [{}, ['--prune'], 'GRAFANA_URL'],
    [{}, ['--force'], '--dry-run or --prune'],
  ])('%j %j are rejected', (env, args, message) => {
    expect(() => settings(env, args)).toThrow(message);
  });

  it('publish nothing without the URL of a Grafana', () => {
    expect(settings({}, [])).toBeUndefined();
  });

  it('treat an empty variable as unset', () => {
    const names = [
      'TOKEN',
      'FOLDER',
      'FOLDER_UID',
      'NAMESPACE',
      'CA_FILE',
      'CERT_FILE',
      'KEY_FILE',
      'TLS_INSECURE',
    ];
    const empty = Object.fromEntries(names.map((name) => [`GRAFANA_${name}`, '']));
    const env = { GRAFANA_URL: 'https://host', GRAFANA_USER: 'u', GRAFANA_PASSWORD: 'p' };
    expect(settings({ ...env, ...empty }, [])).toEqual(settings(env, []));
    expect(settings({ ...env, GRAFANA_URL: '' }, [])).toBeUndefined();
  });

  it('accept user and password, and keep a path', () => {
    const env = { GRAFANA_URL: 'https://host/grafana', GRAFANA_USER: 'u', GRAFANA_PASSWORD: 'p' };
    const { url, authorization } = settings(env, [])!;
    expect([url.href, authorization]).toEqual(['https://host/grafana/', 'Basic dTpw']);
  });
});
