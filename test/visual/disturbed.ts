import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LaunchOptions } from 'playwright-core';
import { LOOKS_THE_SAME } from './stage.js';

/** A way to draw the same content differently, as other machines and browser versions do. */
export interface Disturbance {
  readonly browser?: LaunchOptions;
  /** Styles that are added to the page. */
  readonly styles?: string;
}

const without = (...flags: readonly string[]) => LOOKS_THE_SAME.filter((flag) => !flags.includes(flag));
const HINTING = '--font-render-hinting=none';
const LCD = '--disable-lcd-text';
const WHOLE_PIXELS = '--disable-font-subpixel-positioning';

/**
 * The path of another Chromium.
 * It is not fetched for the tests, because it is as large as all other tools together.
 */
const { PMCP_OTHER_CHROMIUM: other } = process.env;

export const DISTURBANCES: Readonly<Record<string, () => Disturbance>> = {
  'letters at whole pixels': () => ({
    browser: { args: [...without(HINTING), '--font-render-hinting=full'] },
  }),
  'subpixel antialiasing of letters': () => ({
    browser: { args: [...without(LCD), '--enable-lcd-text'] },
  }),
  'letters between pixels': () => ({ browser: { args: without(WHOLE_PIXELS) } }),
  'a browser with default flags': () => ({ browser: { args: ['--hide-scrollbars'] } }),
  'edges without antialiasing': () => ({
    browser: {
      args: [...LOOKS_THE_SAME, '--disable-composited-antialiasing', '--disable-canvas-aa'],
    },
  }),
  'another sans-serif font': () => ({
    browser: { args: LOOKS_THE_SAME, env: { ...process.env, FONTCONFIG_FILE: fontsOfOthers() } },
  }),
  'texts that are shifted by a pixel': () => ({
    styles: 'h2, [role=gridcell], [role=columnheader], [data-testid=series-icon] { translate: 1px 1px }',
  }),
  ...(other && {
    'another Chromium': () => ({ browser: { executablePath: other, args: LOOKS_THE_SAME } }),
  }),
};

/** Returns a font configuration with which the system uses serif fonts for pages that want sans-serif. */
function fontsOfOthers(): string {
  const file = join(mkdtempSync(join(tmpdir(), 'pmcp-fonts-')), 'fonts.conf');
  writeFileSync(
    file,
    `<?xml version="1.0"?>
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <match target="pattern"><test name="family"><string>sans-serif</string></test>
    <edit name="family" mode="assign" binding="strong"><string>serif</string></edit></match>
</fontconfig>
`,
  );
  return file;
}
