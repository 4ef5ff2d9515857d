/** What each outcome looks like, on every dashboard. */
export const OUTCOME_COLOURS = {
  ok: 'green',
  tool_error: 'orange',
  client_error: 'blue',
  server_error: 'red',
  cancelled: 'purple',
  // Not finished yet.
  input_required: 'yellow',
  task: 'super-light-blue',
  // What users do with a question, and calls that nobody came back to.
  declined: 'light-orange',
  dismissed: 'light-purple',
  abandoned: 'dark-purple',
} as const;

/** What each level of log lines looks like. */
export const LEVEL_COLOURS = {
  fatal: 'dark-red',
  error: 'red',
  warn: 'orange',
  info: 'green',
  debug: 'blue',
  trace: 'purple',
} as const;

/** From good to bad. */
export const GOOD = 'green';
export const WARN = 'orange';
export const BAD = 'red';
/** Neither good nor bad. */
export const NEUTRAL = 'blue';
