/** A node of the tree by which Alertmanager finds receivers. */
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

/** Where an alert ends: the receiver, how long it waits for others first, and how often it is told again. */
export interface Ending {
  readonly receiver: string;
  readonly wait: string;
  readonly repeat: string;
}

/** Those of Alertmanager. */
const DEFAULTS: Ending = { receiver: '', wait: '30s', repeat: '4h' };

/** The ends of the tree that an alert reaches: the first branch that takes it, and more after `continue`. */
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

/** Whether labels fit all matchers, as Alertmanager writes them: `severity=~"critical|warning"`. */
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
    // Go has patterns that are none here.
    return false;
  }
}
