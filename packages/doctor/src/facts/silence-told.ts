import type { Silence } from './alertmanager.js';

/** `1a2b3c4d of ann (job=~pmcp.*), "work"`: enough to find it and whom to ask. */
export function silenceTold({ id, matchers, createdBy, comment = '' }: Silence): string {
  const text = matchers.map(
    ({ name, value, isRegex, isEqual = true }) =>
      `${name}${isEqual ? '=' : '!'}${isRegex ? '~' : isEqual ? '' : '='}${value}`,
  );
  const why = comment === '' ? '' : `, ${JSON.stringify(comment)}`;
  return `${id.slice(0, 8)} of ${createdBy} (${text.join(', ')})${why}`;
}

export function endOf({ endsAt }: Silence): string {
  return `${endsAt.slice(0, 16).replace('T', ' ')} UTC`;
}
