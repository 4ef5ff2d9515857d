import type { Recorder } from '../../mcp/facts.js';
import type { BodySink } from './body.js';

/** Runs code that only observes. Its errors are counted, and affect nothing else. */
export class Guard {
  constructor(private readonly recorder: Recorder) {}

  attempt<T>(observe: () => T): T | undefined {
    try {
      return observe();
    } catch {
      this.recorder.dropped('internal_error');
      return undefined;
    }
  }

  /** Guards a sink. Decoders call it asynchronously, where nobody else would catch what it throws. */
  sink(sink: BodySink, onEnd: () => void = () => {}): BodySink {
    return {
      write: (chunk) => this.attempt(() => sink.write(chunk)) ?? false,
      lose: () => this.attempt(() => sink.lose()),
      drop: () => this.attempt(() => sink.drop()),
      end: () => {
        this.attempt(() => sink.end());
        onEnd();
      },
    };
  }
}
