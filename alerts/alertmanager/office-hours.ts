import { unexpected } from '../../prometheus/expected.js';
import { checkNames } from '../check-options.js';

export interface OfficeHours {
  /** Days, or ranges of them: `monday:friday`. */
  readonly weekdays: readonly string[];
  readonly from: string;
  readonly to: string;
  readonly timeZone: string;
}

/** The name of the interval. */
export const OFFICE_HOURS = 'office-hours';

const PARTS: readonly (keyof OfficeHours)[] = ['weekdays', 'from', 'to', 'timeZone'];
const DAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];
const TIME = /^(([01]\d|2[0-3]):[0-5]\d|24:00)$/;

/** Returns the hours in the form of Alertmanager. */
export function interval({ weekdays, from, to, timeZone }: OfficeHours): object {
  return {
    name: OFFICE_HOURS,
    time_intervals: [{ weekdays, times: [{ start_time: from, end_time: to }], location: timeZone }],
  };
}

/** @throws TypeError that names what Alertmanager would not accept */
export function checkOfficeHours(hours: OfficeHours): void {
  checkNames('officeHours', hours, PARTS);
  const { weekdays, from, to, timeZone } = hours;
  checkWeekdays(weekdays);
  for (const [name, time] of Object.entries({ from, to })) {
    if (!TIME.test(time)) throw unexpected(`officeHours.${name}`, 'a time such as 09:00', time);
  }
  if (to <= from) throw unexpected('officeHours.to', `later than ${from}`, to);
  if (!isTimeZone(timeZone)) {
    throw unexpected('officeHours.timeZone', 'a time zone such as Europe/Berlin', timeZone);
  }
}

function checkWeekdays(weekdays: readonly string[]): void {
  const expected = 'days such as monday or monday:friday';
  if (!Array.isArray(weekdays)) throw unexpected('officeHours.weekdays', expected, weekdays);
  const wrong = weekdays.find((range) => !areDays(String(range)));
  if (wrong !== undefined) throw unexpected('officeHours.weekdays', expected, wrong);
}

/** Accepts a day, or a first and a last day of the same week. */
function areDays(range: string): boolean {
  const [first = -1, last = first, ...more] = range.split(':').map((day) => DAYS.indexOf(day.toLowerCase()));
  return first >= 0 && last >= first && more.length === 0;
}

function isTimeZone(name: unknown): boolean {
  try {
    return typeof name === 'string' && Intl.DateTimeFormat('en', { timeZone: name }) !== undefined;
  } catch {
    return false;
  }
}
