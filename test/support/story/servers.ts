import { BORN, RARELY, restarts, VERSIONS } from './chapters.js';
import type { Labels, Life } from './recorder.js';

export interface Tool {
  readonly name: string;
  /** The share of its server's calls. */
  readonly share: number;
  /** Usual seconds. */
  readonly median: number;
}

export interface Server extends Life {
  readonly labels: Labels & { readonly job: string; readonly instance: string; readonly pod: string };
  /** Usual requests per second. */
  readonly load: number;
  readonly tools: readonly Tool[];
  /** Whether it takes part in the deployment, and so in the incident. */
  readonly troubled: boolean;

  readonly restarts: readonly number[];
  readonly replica: number;
  /** Whether it has all features of a server. */
  readonly rich: boolean;
}

/** The tool that the incident is about. */
export const CULPRIT = 'search_notes';

const NOTES: readonly Tool[] = [
  { name: CULPRIT, share: 0.34, median: 0.06 },
  { name: 'list_notes', share: 0.22, median: 0.012 },
  { name: 'read_note', share: 0.16, median: 0.006 },
  { name: 'add_note', share: 0.1, median: 0.03 },
  { name: 'summarize_notes', share: 0.07, median: 1.6 },
  { name: 'tag_note', share: 0.05, median: 0.02 },
  { name: 'export_notebook_as_archive', share: 0.03, median: 0.9 },
  { name: 'delete_note', share: 0.03, median: 0.015 },
];

const OTHERS = [
  'tickets',
  'calendar',
  'mail',
  'documents',
  'billing',
  'maps',
  'weather',
  'translate',
  'inventory',
];
const REPLICAS = 5;

/** Fifty servers of ten jobs, and one that has just started. */
export const SERVERS: readonly Server[] = [
  ...Array.from({ length: REPLICAS }, (_, replica) => notes(replica)),
  ...OTHERS.flatMap((job, index) =>
    Array.from({ length: REPLICAS }, (_, replica) => other(job, index, replica)),
  ),
  { ...other('newcomer', OTHERS.length, 0), born: BORN },
];

function notes(replica: number): Server {
  const labels = target('notes', 0, replica);
  return { labels, load: 14, tools: NOTES, troubled: true, restarts: restarts(replica), replica, rich: true };
}

function other(job: string, index: number, replica: number): Server {
  const tools = ['get', 'find'].map((verb, place) => ({
    name: `${verb}_${job}`,
    share: place === 0 ? 0.7 : 0.3,
    median: 0.01 * (1 + index) * (1 + place),
  }));
  return {
    labels: target(job, 1 + index, replica),
    load: 2 + index,
    tools,
    troubled: false,
    restarts: [],
    replica,
    step: RARELY,
    rich: false,
  };
}

function target(job: string, index: number, replica: number) {
  const instance = `10.1.${index}.${10 + replica}:9464`;
  return {
    cluster: 'eu-1',
    namespace: index < 5 ? 'shop' : 'office',
    job,
    instance,
    pod: `${job}-${replica}`,
  };
}

/** Returns which version a server runs. */
export function versionOf({ troubled, restarts: [first = 0, second = 0] }: Server, time: number): string {
  if (!troubled || time < first) return VERSIONS.before;
  return time < second ? VERSIONS.broken : VERSIONS.mended;
}
