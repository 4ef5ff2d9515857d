const HIDE_CURSOR = '\u001b[?25l';
const SHOW_CURSOR = '\u001b[?25h';
const HOME = '\u001b[H';
const CLEAR_LINE = '\u001b[K';
const CLEAR_BELOW = '\u001b[J';
const CLEAR_SCREEN = '\u001b[2J';

/** How often a terminal is redrawn, and how often a log gets a line. */
const REDRAW_MS = 1_000;
const LOG_MS = 5_000;

/** Where the figures go: drawn in place on a terminal, as plain lines anywhere else. */
export class Display {
  readonly isTerminal = process.stdout.isTTY === true;
  readonly colours = this.isTerminal && !process.env.NO_COLOR;
  readonly intervalMs = this.isTerminal ? REDRAW_MS : LOG_MS;
  private drawn = false;

  /** Draws over what was drawn before, line by line, so that nothing flickers. */
  draw(lines: readonly string[]): void {
    const start = this.drawn ? '' : HIDE_CURSOR + CLEAR_SCREEN;
    this.drawn = true;
    process.stdout.write(
      `${start}${HOME}${lines.map((line) => `${line}${CLEAR_LINE}\n`).join('')}${CLEAR_BELOW}`,
    );
  }

  print(lines: readonly string[]): void {
    process.stdout.write(`${lines.join('\n')}\n`);
  }

  /** Gives the terminal back as it was. */
  restore(): void {
    if (this.drawn) process.stdout.write(`${HOME}${CLEAR_BELOW}${SHOW_CURSOR}`);
    this.drawn = false;
  }
}
