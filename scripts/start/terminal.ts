const ALTERNATE_SCREEN = '\u001b[?1049h';
const MAIN_SCREEN = '\u001b[?1049l';
const HIDE_CURSOR = '\u001b[?25l';
const SHOW_CURSOR = '\u001b[?25h';
/** What is too long for a line is cut off, not wrapped. */
const NO_WRAP = '\u001b[?7l';
const WRAP = '\u001b[?7h';
const HOME = '\u001b[H';
const CLEAR_LINE = '\u001b[K';
const CLEAR_BELOW = '\u001b[J';

/** How often a terminal is redrawn, and how often a log gets a line. */
const REDRAW_MS = 1_000;
const LOG_MS = 5_000;

/** Where the figures go: drawn in place on a terminal, as plain lines anywhere else. */
export class Display {
  readonly isTerminal = process.stdout.isTTY === true;
  readonly colours = this.isTerminal && !process.env.NO_COLOR;
  readonly intervalMs = this.isTerminal ? REDRAW_MS : LOG_MS;
  private drawing = false;

  /** Draws over what was drawn before, line by line, so that nothing flickers. */
  draw(lines: readonly string[]): void {
    const start = this.drawing ? '' : ALTERNATE_SCREEN + HIDE_CURSOR + NO_WRAP;
    this.drawing = true;
    const visible = lines.slice(0, process.stdout.rows);
    process.stdout.write(`${start}${HOME}${visible.join(`${CLEAR_LINE}\n`)}${CLEAR_LINE}${CLEAR_BELOW}`);
  }

  print(...lines: readonly string[]): void {
    process.stdout.write(`${lines.join('\n')}\n`);
  }

  /** Gives the terminal back as it was. */
  restore(): void {
    if (this.drawing) process.stdout.write(`${WRAP}${SHOW_CURSOR}${MAIN_SCREEN}`);
    this.drawing = false;
  }
}
