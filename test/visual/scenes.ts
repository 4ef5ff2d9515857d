import { allDashboards } from '../../dashboards/dashboards.js';
import { CHAPTERS } from '../support/story/chapters.js';
import { CALL_PATH } from '../support/story/traces.js';
import type { Window } from './stage.js';

const HOUR = 3600;
/** So tall that all panels of every dashboard are visible, and so are drawn. */
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

/** Returns a dashboard that shows the hour before `now`. */
export function dashboardAt(uid: string, now: number, choice = ''): Scene {
  const span = `from=${(now - HOUR) * 1000}&to=${now * 1000}&refresh=off`;
  return { path: `/d/${uid}?${span}${choice && `&${choice}`}`, now };
}

/** The situation in which a page shows the most. */
export const CROWDED = 'fifty servers, in an incident';

/** Scenes with fifty servers, with one, and with none. */
export const SITUATIONS: Readonly<Record<string, (uid: string) => Scene>> = {
  'fifty servers, calm': (uid) => dashboardAt(uid, CHAPTERS.calm),
  [CROWDED]: (uid) => dashboardAt(uid, CHAPTERS.incident),
  'one server, calm': (uid) => dashboardAt(uid, CHAPTERS.calm, ONE),
  'one server, in an incident': (uid) => dashboardAt(uid, CHAPTERS.incident, ONE),
  nothing: (uid) => dashboardAt(uid, CHAPTERS.recovery + 48 * HOUR),
};

const ONE = `var-job=notes&var-instance=${encodeURIComponent('10.1.0.13:9464')}`;

/** The most common windows. As little as possible changes from one to the next. */
export const LOOKS: readonly [Window, ...Window[]] = [
  { width: 1440, height: TALL, theme: 'dark' },
  { width: 1440, height: TALL, theme: 'light' },
  { width: 1920, height: TALL, theme: 'light' },
  { width: 1920, height: TALL, theme: 'dark' },
];

/** A phone, and the narrowest and the widest window of other devices. */
export const EXTREMES: readonly Window[] = [
  { width: 390, height: 2 * TALL, theme: 'light' },
  { width: 1280, height: TALL, theme: 'dark' },
  { width: 2560, height: TALL, theme: 'light' },
];

/** The committed pictures by file: all panels of all dashboards, and the pictures of the README. */
export const PICTURES: Readonly<Record<string, Pictured>> = {
  ...Object.fromEntries(UIDS.filter((uid) => uid !== START).map((uid) => [ofPanels(uid), panels(uid)])),
  ...Object.fromEntries(THEMES.flatMap((theme) => ofReadme(theme))),
};

/** Returns the file of a dashboard's picture. */
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
