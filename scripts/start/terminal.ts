const ALTERNATE_SCREEN = '\u001b[?1049h';
const MAIN_SCREEN = '\u001b[?1049l';
const HIDE_CURSOR = '\u001b[?25l';
const SHOW_CURSOR = '\u001b[?25h';
/** Cuts off long lines instead of wrapping them. */
const NO_WRAP = '\u001b[?7l';
const WRAP = '\u001b[?7h';
const HOME = '\u001b[H';
const CLEAR_LINE = '\u001b[K';
const CLEAR_BELOW = '\u001b[J';

/** How often a terminal is redrawn, and how often other output gets a line. */
const REDRAW_MS = 1_000;
const LOG_MS = 5_000;

/** Shows the figures: redrawn in place on a terminal, as plain lines elsewhere. */
export class Display {
  readonly isTerminal = process.stdout.isTTY === true;
  readonly colours = this.isTerminal && !process.env.NO_COLOR;
  readonly intervalMs = this.isTerminal ? REDRAW_MS : LOG_MS;
  private drawing = false;

  /** Draws over the previous screen line by line, to avoid flicker. */
  draw(lines: readonly string[]): void {
    const start = this.drawing ? '' : ALTERNATE_SCREEN + HIDE_CURSOR + NO_WRAP;
    this.drawing = true;
    const visible = lines.slice(0, process.stdout.rows);
    process.stdout.write(`${start}${HOME}${visible.join(`${CLEAR_LINE}\n`)}${CLEAR_LINE}${CLEAR_BELOW}`);
  }

  print(...lines: readonly string[]): void {
    process.stdout.write(`${lines.join('\n')}\n`);
  }

  /** Restores the terminal to its earlier state. */
  restore(): void {
    if (this.drawing) process.stdout.write(`${WRAP}${SHOW_CURSOR}${MAIN_SCREEN}`);
    this.drawing = false;
  }
}
