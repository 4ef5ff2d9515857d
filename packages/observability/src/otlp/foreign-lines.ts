import { type Logger, pino } from 'pino';

type AsJson = (this: Logger, line: object, message: unknown, level: number, time: string) => string;

/**
 * Copies each line of the application's own logger, and of its children. The copy is taken where pino converts a line to text, since
 * the stream may be shared with others. This private method of pino is found by the name of its symbol.
 *
 * @param copy gets the lines with level, time and message named as in ours
 * @returns whether the lines of the logger can be copied
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
      // The line itself matters more than its copy.
    }
    return text;
  };
  return true;
}

/** If two members have the same name, JSON parsers take the last one. */
function asOurs(text: string, level: number, messageKey: string): string {
  const label = pino.levels.labels[Math.min(Math.max(Math.floor(level / 10), 1), 6) * 10];
  // From the text, which is already redacted.
  const message = messageKey === 'msg' ? {} : { msg: JSON.parse(text)[messageKey] };
  const members = JSON.stringify({ level: label, time: new Date(), ...message });
  return `${text.slice(0, text.lastIndexOf('}'))},${members.slice(1)}`;
}

function slotOf<T>(logger: Logger, name: string): T | undefined {
  const symbol = symbolOf(logger, name);
  return symbol && (logger as unknown as Record<symbol, T>)[symbol];
}

/** Finds a symbol of the object or of its prototypes. */
function symbolOf(logger: Logger, name: string): symbol | undefined {
  for (let object: object | null = logger; object !== null; object = Object.getPrototypeOf(object)) {
    const symbol = Object.getOwnPropertySymbols(object).find(({ description }) => description === name);
    if (symbol !== undefined) return symbol;
  }
  return undefined;
}
