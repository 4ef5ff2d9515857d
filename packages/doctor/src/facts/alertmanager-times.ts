/** Part of the time. What is not named is not limited. */
interface Span {
  readonly times?: readonly { readonly start_time: string; readonly end_time: string }[];
  readonly weekdays?: readonly string[];
  readonly days_of_month?: readonly string[];
  readonly months?: readonly string[];
  readonly years?: readonly string[];
}

export interface TimeInterval {
  readonly name: string;
  readonly time_intervals?: readonly Span[];
}

/** The part of a configuration that defines intervals. */
interface Intervals {
  readonly time_intervals?: readonly TimeInterval[];
  readonly mute_time_intervals?: readonly TimeInterval[];
}

/** Returns the spans of an interval. Old configurations define it under `mute_time_intervals`. */
function spansOf({ time_intervals = [], mute_time_intervals = [] }: Intervals, name: string) {
  const interval = [...time_intervals, ...mute_time_intervals].find((one) => one.name === name);
  return interval?.time_intervals ?? [];
}

/** Tells whether a time interval has no limit. */
export function isAlways(config: Intervals, name: string): boolean {
  return spansOf(config, name).some(
    ({ times, weekdays, ...dates }) => hasAllDay(times) && !weekdays && !hasDates(dates),
  );
}

/** Tells whether a time interval comes back each week, unlike holidays and maintenance on a date. */
export function recursWeekly(config: Intervals, name: string): boolean {
  return spansOf(config, name).some((span) => !hasDates(span));
}

function hasDates({ days_of_month, months, years }: Span): boolean {
  return Boolean(days_of_month ?? months ?? years);
}

function hasAllDay(times: Span['times']): boolean {
  return !times || times.some(({ start_time, end_time }) => start_time === '00:00' && end_time === '24:00');
}
