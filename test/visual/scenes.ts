import { allDashboards } from '../../dashboards/dashboards.js';
import { CHAPTERS } from '../support/story/chapters.js';
import { CALL_PATH } from '../support/story/traces.js';
import type { Window } from './stage.js';

const HOUR = 3600;
/** All panels of any dashboard are in sight, so that each of them is drawn. */
export const TALL = 4000;
const START = 'pmcp-overview';
const THEMES = ['dark', 'light'] as const;
export const UIDS = allDashboards().map(({ uid }) => String(uid));

export interface Scene {
  readonly path: string;
  /** Seconds. */
  readonly now: number;
}

export interface Pictured extends Scene {
  readonly window: Window;
}

/** A dashboard at the end of an hour of the story. */
export function dashboardAt(uid: string, now: number, choice = ''): Scene {
  const span = `from=${(now - HOUR) * 1000}&to=${now * 1000}&refresh=off`;
  return { path: `/d/${uid}?${span}${choice && `&${choice}`}`, now };
}

/** Where a page has most to show. */
export const CROWDED = 'fifty servers, in an incident';

/** What there is to be seen of fifty servers, of one, and where there is none. */
export const SITUATIONS: Readonly<Record<string, (uid: string) => Scene>> = {
  'fifty servers, calm': (uid) => dashboardAt(uid, CHAPTERS.calm),
  [CROWDED]: (uid) => dashboardAt(uid, CHAPTERS.incident),
  'one server, calm': (uid) => dashboardAt(uid, CHAPTERS.calm, ONE),
  'one server, in an incident': (uid) => dashboardAt(uid, CHAPTERS.incident, ONE),
  nothing: (uid) => dashboardAt(uid, CHAPTERS.recovery + 48 * HOUR),
};

const ONE = `var-job=notes&var-instance=${encodeURIComponent('10.1.0.13:9464')}`;

/** What most see; from each to the next as little changes as can be. */
export const LOOKS: readonly [Window, ...Window[]] = [
  { width: 1440, height: TALL, theme: 'dark' },
  { width: 1440, height: TALL, theme: 'light' },
  { width: 1920, height: TALL, theme: 'light' },
  { width: 1920, height: TALL, theme: 'dark' },
];

/** A phone, and the narrowest and the widest window that is none. */
export const EXTREMES: readonly Window[] = [
  { width: 390, height: 2 * TALL, theme: 'light' },
  { width: 1280, height: TALL, theme: 'dark' },
  { width: 2560, height: TALL, theme: 'light' },
];

/** What is kept in a picture, by its file: all panels of all dashboards, and what the README shows. */
export const PICTURES: Readonly<Record<string, Pictured>> = {
  ...Object.fromEntries(UIDS.filter((uid) => uid !== START).map((uid) => [ofPanels(uid), panels(uid)])),
  ...Object.fromEntries(THEMES.flatMap((theme) => ofReadme(theme))),
};

/** Where the picture of a dashboard is kept. */
export function ofPanels(uid: string): string {
  return `test/visual/pictures/${uid}.png`;
}

function panels(uid: string) {
  return {
    ...dashboardAt(uid, CHAPTERS.incident),
    window: { width: 1440, height: TALL, theme: 'dark' } as const,
  };
}

function ofReadme(theme: Window['theme']) {
  const { incident: now } = CHAPTERS;
  const window = { width: 1280, height: 900, theme };
  return [
    [
      `docs/pictures/overview-${theme}.png`,
      {
        path: `/d/${START}?from=now-1h&to=now&refresh=off`,
        now,
        window: { width: 1440, height: 1080, theme },
      },
    ],
    [`docs/pictures/request-${theme}.png`, { path: CALL_PATH, now, window }],
    [`docs/pictures/alert-${theme}.png`, { path: '/alerts?alert=PmcpToolErrors', now, window }],
  ] as const;
}
