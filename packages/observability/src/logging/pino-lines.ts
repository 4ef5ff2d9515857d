import type { Logger } from 'pino';
import { identify } from '../follow/correlation.js';
import {
  describe,
  type Fields,
  messageOf,
  type RequestFacts,
  type RequestLevel,
  type RequestLines,
} from './request-fields.js';

/** Writes lines through a logger of the application, which may do anything to them. */
export class PinoLines implements RequestLines {
  constructor(private readonly logger: Logger) {}

  isEnabled(level: RequestLevel): boolean {
    return this.logger.isLevelEnabled(level);
  }

  write(level: RequestLevel, facts: RequestFacts): void {
    const fields = new ObjectFields();
    describe(facts, fields);
    const { line } = fields;
    if (facts.ids !== undefined) identify(line, facts.ids);
    this.logger[level](line, messageOf(facts));
  }
}

class ObjectFields implements Fields {
  readonly line: Record<string, unknown> = {};

  text(name: string, value: string): void {
    this.line[name] = value;
  }

  number(name: string, value: number): void {
    this.line[name] = value;
  }
}
