import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHAPTERS } from '../support/story/chapters.js';
import { DISTURBANCES } from './disturbed.js';
import { alarms, wrongWith } from './facts.js';
import { committed, compared, kept } from './gallery.js';
import { differences, type Picture, take } from './pictures.js';
import { RECORDING, recording } from './recording.js';
import {
  CROWDED,
  dashboardAt,
  EXTREMES,
  LOOKS,
  ofPanels,
  PICTURES,
  type Pictured,
  SITUATIONS,
  UIDS,
} from './scenes.js';
import { spoil, WAYS } from './spoiled.js';
import { type Seen, Stage } from './stage.js';
import { tellsTheStory } from './story.js';

const stage = new Stage();

beforeAll(() => stage.start(), 600_000);
afterAll(() => stage.stop());

tellsTheStory(stage);

async function taken({ path, now, window }: Pictured): Promise<Picture> {
  const seen = await stage.open(window, now);
  const picture = await take(await seen.goTo(path));
  await seen.close();
  return picture;
}

describe('the committed picture', () => {
  it.each(Object.entries(PICTURES))('%s is up to date', async (path, pictured) => {
    expect(compared(path, await taken(pictured))).toEqual([]);
  });

  it(`${RECORDING} shows what npm start shows`, async () => {
    expect(await recording(stage)).toBe(kept(RECORDING));
  });
});

describe('a comparison of pictures', () => {
  const [, connections = ''] = Object.keys(PICTURES).filter((path) => path.startsWith('test/'));
  const tries = Object.entries(WAYS).flatMap(([way, { on }]) => on.map((uid) => ({ way, uid })));

  it.each(tries)('finds $way in $uid, and nothing else', async ({ way, uid }) => {
    const picture = ofPanels(uid);
    const { path, now, window } = PICTURES[picture]!;
    const seen = await stage.open(window, now);
    let spoiled: string[] = [];
    await seen.page.route('**/dashboards/*.json', async (route) => {
      const dashboard = await (await route.fetch()).json();
      spoiled = spoil(dashboard, way);
      await route.fulfill({ json: dashboard });
    });
    const found = differences(committed(picture), await take(await seen.goTo(path)));
    await seen.close();
    const names = found.map((text) => text.split(': ', 1)[0] ?? '').filter((name) => !name.endsWith('…'));
    expect(names.toSorted()).toEqual(spoiled.toSorted());
    expect(spoiled.length).toBeGreaterThan(0);
  });

  it.each(Object.entries(DISTURBANCES))('accepts %s', async (_, disturbance) => {
    const { browser: launch, styles: content } = disturbance();
    const { path, now, window } = PICTURES[connections]!;
    const browser = launch && (await stage.browse(launch));
    const seen = await stage.open(window, now, browser);
    const page = await seen.goTo(path);
    if (content) await page.addStyleTag({ content });
    expect(differences(committed(connections), await take(page))).toEqual([]);
    await seen.close();
    await browser?.close();
  });
});

describe.each(Object.entries(SITUATIONS))('with %s', (situation, scene) => {
  const [first] = LOOKS;
  const looks = situation === CROWDED ? [...LOOKS, ...EXTREMES] : LOOKS;
  const isCalm = situation.endsWith('calm');
  let seen: Seen;
  beforeAll(async () => {
    seen = await stage.open(first, scene('').now);
  });
  afterAll(() => seen.close());

  it.each(UIDS)('%s can be read in every window', async (uid) => {
    await seen.become(first);
    await seen.goTo(scene(uid).path);
    for (const look of looks) {
      await seen.become(look);
      await seen.drawn();
      expect({ look, wrong: await wrongWith(seen.page) }).toEqual({ look, wrong: [] });
    }
    if (isCalm) expect(await alarms(seen.page)).toEqual([]);
    expect(seen.complaints).toEqual([]);
  });
});

describe('the overview', () => {
  it.each(LOOKS)('fits a screen of 1080 pixels, $width wide', async (look) => {
    const seen = await stage.open({ ...look, height: 1080 }, CHAPTERS.incident);
    const page = await seen.goTo(dashboardAt('pmcp-overview', CHAPTERS.incident).path);
    const { parts } = await take(page);
    expect(Math.max(...parts.map(({ y, height }) => y + height))).toBeLessThanOrEqual(1080);
    await seen.close();
  });

  it('fails these checks if texts are cut, lines are faint, or names share a colour', async () => {
    const seen = await stage.open({ ...LOOKS[0], height: 1080 }, CHAPTERS.incident);
    await seen.page.route('**/dashboards/*.json', async (route) => {
      const text = await (await route.fetch()).text();
      // Server errors get the colour of tool errors, and p99 gets a colour close to the background.
      await route.fulfill({ body: text.replaceAll('#cb2430', '#e96f09').replaceAll('#6350ea', '#23262b') });
    });
    const page = await seen.goTo(dashboardAt('pmcp-overview', CHAPTERS.incident).path);
    await page.addStyleTag({ content: '[data-panel] h2 { width: 40px }' });
    const wrong = (await wrongWith(page)).join('; ');
    expect(wrong).toContain('Firing alerts: Firing alerts is cut');
    expect(wrong).toContain('Response time: a line of #23262b');
    expect(wrong).toContain('server_error and tool_error are');
    await seen.close();
  });
});
