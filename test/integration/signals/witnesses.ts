import {
  InMemorySpanExporter,
  NodeTracerProvider,
  type ReadableSpan,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-node';
import type { Options } from '@pmcp/observability';
import type { Line } from './agreement.js';

const exporter = new InMemorySpanExporter();

/** Registers the tracer provider of an application. */
export function registerApplicationProvider(): NodeTracerProvider {
  const provider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  provider.register();
  return provider;
}

/** What one scene leaves besides its metrics. */
export class Witness {
  private readonly written: Line[] = [];

  constructor() {
    exporter.reset();
  }

  readonly options: Options = {
    log: {
      level: 'info',
      requestsPerSecond: 1e6,
      destination: { write: (line: string) => void this.written.push(JSON.parse(line)) },
    },
  };

  spans(): ReadableSpan[] {
    return exporter.getFinishedSpans();
  }

  /** Returns the lines of finished requests. */
  lines(): Line[] {
    return this.written.filter(({ outcome }) => outcome !== undefined);
  }

  all(): Line[] {
    return this.written;
  }
}
