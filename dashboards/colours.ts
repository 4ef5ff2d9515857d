/**
 * The colours of all dashboards: one colour for one meaning. Every colour has enough contrast on the dark and
 * on the light background. Colour-blind people can distinguish the first colours of each list, which are seen
 * most. A test checks both.
 */
const GREEN = '#0ca76c';
const TEAL = '#18a3ab';
const LIGHT = '#3e9eb5';
const CYAN = '#1e82a1';
const BLUE = '#4b8ee0';
const INDIGO = '#6350ea';
const PURPLE = '#a12cde';
const PINK = '#c7136e';
const RED = '#cb2430';
const ORANGE = '#e96f09';
const OCHRE = '#986d01';
const BROWN = '#b7654b';
const GREY = '#636c79';

/** From good to bad. */
export const GOOD = GREEN;
export const WARN = ORANGE;
export const BAD = RED;
/** Neither good nor bad. */
export const NEUTRAL = BLUE;

/** For missing values, which are neither good nor bad: the colour of text in either theme. */
export const ABSENT = 'text';

/**
 * Returns a colour for the line of a limit. Grafana draws these lines too faint unless their colour is
 * slightly transparent.
 */
export function asLine(colour: string): string {
  return `${colour}fe`;
}

/** How requests end. */
export const OUTCOME_COLOURS = {
  ok: GREEN,
  tool_error: ORANGE,
  client_error: BLUE,
  server_error: RED,
  cancelled: GREY,
  // Not finished yet.
  input_required: OCHRE,
  task: CYAN,
  // How users react to a question, and calls that nobody continued.
  declined: PURPLE,
  dismissed: PINK,
  abandoned: BROWN,
} as const;

/** Log lines by level. */
export const LEVEL_COLOURS = {
  error: RED,
  warn: ORANGE,
  info: GREEN,
  debug: BLUE,
  trace: GREY,
  fatal: PINK,
} as const;

/** From light to dark: the higher the quantile, the darker. */
export const QUANTILE_COLOURS = { p50: LIGHT, p95: BLUE, p99: INDIGO } as const;

/** The highest of many instances, and the average of all. */
export const RANK_COLOURS = { average: LIGHT, highest: INDIGO } as const;

/** The windows of burn rates, from light to dark. */
export const WINDOW_COLOURS = { '5m': LIGHT, '1h': BLUE, '6h': INDIGO, '3d': PINK } as const;

export const SLO_COLOURS = { Availability: TEAL, Latency: INDIGO, ToolSuccess: OCHRE } as const;

export const TRANSPORT_COLOURS = {
  http: BLUE,
  sse: OCHRE,
  stdio: PINK,
  websocket: TEAL,
  other: GREY,
} as const;

/** HTTP statuses. 200 has the colour of `ok`, and 500 that of `server_error`. */
export const STATUS_COLOURS = {
  200: GREEN,
  500: RED,
  401: ORANGE,
  404: GREY,
  503: OCHRE,
  202: TEAL,
  400: CYAN,
  403: INDIGO,
  429: PURPLE,
  499: BLUE,
  502: PINK,
  504: BROWN,
} as const;

export const DIRECTION_COLOURS = { received: BLUE, sent: OCHRE } as const;

/** The kinds of operations: tasks, and calls that ask their user first. */
export const OPERATION_COLOURS = { task: CYAN, rounds: OCHRE } as const;

export const BODY_COLOURS = { json: BLUE, stream: OCHRE, other: GREY } as const;

export const SIGNAL_COLOURS = { traces: PURPLE, logs: OCHRE, metrics: CYAN } as const;

/** What a process keeps in memory. */
export const MEMORY_COLOURS = { resident: INDIGO, heap: BLUE, 'heap used': LIGHT, buffers: OCHRE } as const;

/** The spaces of the heap, and below the kinds of garbage collection. */
export const SPACE_COLOURS = {
  old: INDIGO,
  new: LIGHT,
  large_object: OCHRE,
  code: PINK,
  shared: GREY,
  trusted: TEAL,
  read_only: BROWN,
  new_large_object: PURPLE,
  code_large_object: BLUE,
} as const;
export const COLLECTION_COLOURS = { minor: LIGHT, major: INDIGO, incremental: BLUE, weakcb: GREY } as const;

/** What succeeds, and the ways in which it fails. */
export const FAILURE_COLOURS = { failed: RED, missed: OCHRE } as const;
export const TRANSACTION_COLOURS = { committed: GREEN, 'rolled back': ORANGE, deadlocks: RED } as const;
export const CACHE_COLOURS = { commands: GREY, hits: GREEN, misses: ORANGE } as const;
export const DELIVERY_COLOURS = {
  'to Alertmanager': BLUE,
  'to Alertmanager, failed': ORANGE,
  'to people': GREEN,
  'to people, failed': RED,
} as const;
