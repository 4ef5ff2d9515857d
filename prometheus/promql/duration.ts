import { unexpected } from '../expected.js';

type Unit = 'ms' | 's' | 'm' | 'h' | 'd' | 'w' | 'y';

/** A duration as Prometheus writes it: `30s`, `5m`, `1h30m`. */
export type Duration = `${number}${Unit}` | `${number}${Unit}${number}${Unit}`;

/** A duration, or a Grafana variable that stands for one: `$__rate_interval`, `${window}`. */
export type Window = Duration | `$${string}`;

const DURATION = /^(?=.)(\d+y)?(\d+w)?(\d+d)?(\d+h)?(\d+m)?(\d+s)?(\d+ms)?$/;
const VARIABLE = /^\$(\w+|\{\w+(:\w+)?\})$/;

/** Whether Prometheus reads the text as a duration. */
export function isDuration(text: string): text is Duration {
  return DURATION.test(text);
}

/** @throws TypeError unless it is a positive duration or a Grafana variable */
export function checkWindow(option: string, window: string): string {
  const usable = isDuration(window) ? /[1-9]/.test(window) : VARIABLE.test(window);
  if (!usable) throw unexpected(option, 'a duration such as 5m, or a Grafana variable', window);
  return window;
}
