import { type Logger, pino } from 'pino';

type AsJson = (this: Logger, line: object, message: unknown, level: number, time: string) => string;

/**
 * Shows each line of a logger that the application made, and of its children, to somebody else too. Where pino turns
 * a line into text, because the stream behind may be shared with others. Like all that pino keeps to itself, that is
 * found by the name of its symbol.
 *
 * @param copy gets the lines with level, time and message as ours have them, whatever the application calls them
 * @returns whether the logger is one that can be copied
 */
export function copyLines(logger: Logger, copy: (line: string) => void): boolean {
  const asJson = symbolOf(logger, 'pino.asJson');
  if (asJson === undefined) return false;
  const slots = logger as unknown as Record<symbol, AsJson>;
  const own = slots[asJson] as AsJson;
  const hooks = slotOf<{ readonly streamWrite?: (text: string) => string }>(logger, 'pino.hooks');
  const messageKey = slotOf<string>(logger, 'pino.messageKey') ?? 'msg';
  slots[asJson] = function (line, message, level, time) {
    const text = own.call(this, line, message, level, time);
    try {
      copy(asOurs(hooks?.streamWrite?.(text) ?? text, level, messageKey));
    } catch {
      // The line itself is worth more than its copy.
    }
    return text;
  };
  return true;
}

/** Of two members with the same name, who reads JSON takes the last. */
function asOurs(text: string, level: number, messageKey: string): string {
  const label = pino.levels.labels[Math.min(Math.max(Math.floor(level / 10), 1), 6) * 10];
  // From the text, which has lost by now what it was to lose.
  const message = messageKey === 'msg' ? {} : { msg: JSON.parse(text)[messageKey] };
  const members = JSON.stringify({ level: label, time: new Date(), ...message });
  return `${text.slice(0, text.lastIndexOf('}'))},${members.slice(1)}`;
}

function slotOf<T>(logger: Logger, name: string): T | undefined {
  const symbol = symbolOf(logger, name);
  return symbol && (logger as unknown as Record<symbol, T>)[symbol];
}

/** Its own, or one of what it inherits from. */
function symbolOf(logger: Logger, name: string): symbol | undefined {
  for (let object: object | null = logger; object !== null; object = Object.getPrototypeOf(object)) {
    const symbol = Object.getOwnPropertySymbols(object).find(({ description }) => description === name);
    if (symbol !== undefined) return symbol;
  }
  return undefined;
}
