import type { Logger } from 'pino';
import { logWarning } from '../codes/tell.js';
import { type Directives, levelFor, parseDirectives } from './directives.js';

/** A program has few parts. Names that are invented for each request must not accumulate. */
const MAX_TARGETS = 1_000;

/** The loggers of a program's parts, each with its own level. */
export class Targets {
  private readonly loggers = new Map<string, Logger>();
  private directives: Directives | undefined;

  constructor(private readonly root: Logger) {}

  get(name: string): Logger {
    const known = this.loggers.get(name);
    if (known !== undefined) return known;
    const level = this.directives && levelFor(name, this.directives);
    const logger = this.root.child({ target: name }, level === undefined ? {} : { level });
    if (this.loggers.size < MAX_TARGETS) this.loggers.set(name, logger);
    return logger;
  }

  /** @param quietly whether to accept bad directives without a warning, since they may be for another program */
  setLevels(text: string, { quietly = false } = {}): void {
    const directives = parseDirectives(text);
    this.directives = directives;
    this.root.level = directives.level;
    for (const [name, logger] of this.loggers) logger.level = levelFor(name, directives);
    if (quietly) return;
    for (const problem of directives.problems) logWarning(this.root, 'PMCP_W_LOG_DIRECTIVE', problem);
  }
}
