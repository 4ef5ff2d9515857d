import { type Command, parse, type Word } from 'unbash';

/** One call of a program in a text for a shell. */
export interface Call {
  readonly program: string;
  readonly args: readonly string[];
  /** The variables before the program. */
  readonly env: Readonly<Record<string, string>>;
}

/** Returns every call of a program in a text, also those in substitutions and loops. */
export function callsIn(text: string): Call[] {
  const script = parse(text);
  const [error] = script.errors ?? [];
  if (error !== undefined)
    throw new SyntaxError(`Expected commands of a shell, got ${error.message}: ${text}`);
  return commandsIn(script).flatMap(callOf);
}

/** Returns the lines of a text, of which a backslash joins two. */
export function linesOf(text: string): string[] {
  const lines = text.replaceAll(/\\\n\s*/g, '').split('\n');
  return lines.map((line) => line.trim()).filter((line) => line !== '' && !line.startsWith('#'));
}

function callOf({ name, prefix, suffix }: Command): Call[] {
  if (name === undefined) return [];
  const env = Object.fromEntries(prefix.map(({ name, value }) => [name ?? '', textOf(value)]));
  return [{ program: textOf(name), args: suffix.map(textOf), env }];
}

function textOf(word: Word | undefined): string {
  return word?.value ?? '';
}

/** Looks through the whole tree, whose words have their parts in a getter. */
function commandsIn(node: unknown): Command[] {
  if (typeof node !== 'object' || node === null) return [];
  const { type, parts } = node as { readonly type?: unknown; readonly parts?: unknown };
  const below = [...Object.values(node), ...(Object.hasOwn(node, 'parts') ? [] : [parts])].flatMap(
    commandsIn,
  );
  return type === 'Command' ? [node as Command, ...below] : below;
}
