type Paint = (text: string) => string;

export type Colours = Readonly<Record<'red' | 'yellow' | 'green' | 'bold' | 'dim', Paint>>;

const painted = (on: number, off: number): Paint => {
  return (text) => `\u001b[${on}m${text}\u001b[${off}m`;
};

const COLOURS: Colours = {
  red: painted(31, 39),
  yellow: painted(33, 39),
  green: painted(32, 39),
  bold: painted(1, 22),
  dim: painted(2, 22),
};

const plain: Paint = (text) => text;
const NONE: Colours = { red: plain, yellow: plain, green: plain, bold: plain, dim: plain };

/** Returns colours for a terminal or with `FORCE_COLOR`, unless `NO_COLOR` is set. */
export function coloursFor(
  { isTTY }: { readonly isTTY?: boolean },
  { NO_COLOR, FORCE_COLOR }: NodeJS.ProcessEnv,
): Colours {
  if (NO_COLOR) return NONE;
  return isTTY || FORCE_COLOR ? COLOURS : NONE;
}
