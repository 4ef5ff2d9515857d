import { unexpected } from '../expected.js';

type Unit = 'ms' | 's' | 'm' | 'h' | 'd' | 'w' | 'y';

/** A duration as Prometheus writes it: `30s`, `5m`, `1h30m`. */
export type Duration = `${number}${Unit}` | `${number}${Unit}${number}${Unit}`;

/**
 * A duration, or what stands for one: a variable of Grafana (`$__rate_interval`, `${window}`), or a placeholder that
 * a rollout controller fills in (`{{ interval }}`).
 */
export type Window = Duration | `$${string}` | `{{${string}}}`;

const DURATION = /^(?=.)(\d+y)?(\d+w)?(\d+d)?(\d+h)?(\d+m)?(\d+s)?(\d+ms)?$/;
const VARIABLE = /^(\$(\w+|\{\w+(:\w+)?\})|\{\{ ?[\w.-]+ ?\}\})$/;

/** Whether Prometheus reads the text as a duration. */
export function isDuration(text: string): text is Duration {
  return DURATION.test(text);
}

/** @throws TypeError unless it is a positive duration or stands for one */
export function checkWindow(option: string, window: string): string {
  const usable = isDuration(window) ? /[1-9]/.test(window) : VARIABLE.test(window);
  if (!usable) throw unexpected(option, 'a duration such as 5m, or a Grafana variable', window);
  return window;
}
