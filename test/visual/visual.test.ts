import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PNG } from 'pngjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHAPTERS } from '../support/story/chapters.js';
import { wrongWith } from './facts.js';
import { compared, kept } from './gallery.js';
import { differences, type Picture, take } from './pictures.js';
import { RECORDING, recording } from './recording.js';
import { dashboardAt, LOOKS, PICTURES, type Pictured, SITUATIONS, UIDS } from './scenes.js';
import { spoil } from './spoiled.js';
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
  it.each(Object.entries(PICTURES))('%s is what there is to be seen', async (path, pictured) => {
    expect(compared(path, await taken(pictured))).toEqual([]);
  });

  it(`${RECORDING} is what npm start shows`, async () => {
    expect(await recording(stage)).toBe(kept(RECORDING));
  });
});

const PANELS = Object.entries(PICTURES).filter(([path]) => !/request|alert|light/.test(path));

describe('a comparison of pictures', () => {
  it.each(PANELS)(
    'finds each panel of %s that is spoiled, and no other',
    async (path, { now, window, ...scene }) => {
      const seen = await stage.open(window, now);
      let spoiled: string[] = [];
      await seen.page.route('**/dashboards/*.json', async (route) => {
        const dashboard = await (await route.fetch()).json();
        spoiled = spoil(dashboard);
        await route.fulfill({ json: dashboard });
      });
      const was = PNG.sync.read(readFileSync(join(import.meta.dirname, '../..', path)));
      const found = differences(was, await take(await seen.goTo(scene.path)));
      await seen.close();
      expect(found).toHaveLength(spoiled.length);
      expect(spoiled.length).toBeGreaterThan(1);
    },
  );
});

describe.each(Object.entries(SITUATIONS))('with %s', (_, scene) => {
  const [first] = LOOKS;
  let seen: Seen;
  beforeAll(async () => {
    seen = await stage.open(first, scene('').now);
  });
  afterAll(() => seen.close());

  it.each(UIDS)('%s can be read in every window', async (uid) => {
    await seen.become(first);
    await seen.goTo(scene(uid).path);
    for (const look of LOOKS) {
      await seen.become(look);
      await seen.drawn();
      expect({ look, wrong: await wrongWith(seen.page) }).toEqual({ look, wrong: [] });
    }
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

  it('is found out where texts are cut, lines are faint, or names have one colour', async () => {
    const seen = await stage.open({ ...LOOKS[0], height: 1080 }, CHAPTERS.incident);
    await seen.page.route('**/dashboards/*.json', async (route) => {
      const text = await (await route.fetch()).text();
      // The colour of server errors becomes that of tool errors, and that of p99 hardly differs from the background.
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
