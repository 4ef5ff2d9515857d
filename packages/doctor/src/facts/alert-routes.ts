/** A node of the routing tree in which Alertmanager finds receivers. */
export interface Route {
  readonly receiver?: string;
  readonly matchers?: readonly string[];
  readonly match?: Readonly<Record<string, string>>;
  readonly match_re?: Readonly<Record<string, string>>;
  readonly continue?: boolean;
  readonly routes?: readonly Route[];
  readonly group_wait?: string;
  readonly repeat_interval?: string;
}

type Labels = Readonly<Record<string, string>>;

/** The destination of an alert: its receiver, how long it waits for other alerts, and how often it is repeated. */
export interface Ending {
  readonly receiver: string;
  readonly wait: string;
  readonly repeat: string;
}

/** Alertmanager's defaults. */
const DEFAULTS: Ending = { receiver: '', wait: '30s', repeat: '4h' };

/** Finds the leaves of the tree that an alert reaches: the first branch that fits, and others after `continue`. */
export function endingsOf(route: Route, labels: Labels, above: Ending = DEFAULTS): Ending[] {
  const here = {
    receiver: route.receiver ?? above.receiver,
    wait: route.group_wait ?? above.wait,
    repeat: route.repeat_interval ?? above.repeat,
  };
  const endings: Ending[] = [];
  for (const branch of route.routes ?? []) {
    if (!takes(branch, labels)) continue;
    endings.push(...endingsOf(branch, labels, here));
    if (branch.continue !== true) break;
  }
  return endings.length > 0 ? endings : [here];
}

function takes({ matchers = [], match = {}, match_re = {} }: Route, labels: Labels): boolean {
  return (
    matchesAll(matchers, labels) &&
    Object.entries(match).every(([name, value]) => (labels[name] ?? '') === value) &&
    Object.entries(match_re).every(([name, pattern]) => fits(pattern, labels[name] ?? ''))
  );
}

/** Tells whether labels fit all matchers in Alertmanager's syntax, such as `severity=~"critical|warning"`. */
export function matchesAll(matchers: readonly string[], labels: Labels): boolean {
  return matchers.flatMap(parsed).every(({ name, operator, value }) => {
    const has = labels[name] ?? '';
    const isEqual = operator.includes('~') ? fits(value, has) : has === value;
    return operator.startsWith('!') ? !isEqual : isEqual;
  });
}

const MATCHER = /([\w.:-]+)\s*(=~|!~|!=|=)\s*(?:"((?:[^"\\]|\\.)*)"|([^,}\s]+))/g;

function parsed(text: string) {
  return [...text.matchAll(MATCHER)].map(([, name = '', operator = '', quoted, bare = '']) => ({
    name,
    operator,
    value: quoted === undefined ? bare : quoted.replaceAll(/\\(.)/g, '$1'),
  }));
}

function fits(pattern: string, value: string): boolean {
  try {
    return new RegExp(`^(?:${pattern})$`, 's').test(value);
  } catch {
    // Not every Go pattern is valid in JavaScript.
    return false;
  }
}
