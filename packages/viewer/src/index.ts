export type { Demo } from './demo.js';
export { serveViewer, type Viewer, type ViewerOptions } from './serve.js';
export { shipped } from './shipped.js';
export {
  type Kind,
  type LogLine,
  type Span,
  type Summary,
  summaryOf,
  type Trace,
  type TraceSource,
} from './traces.js';
export type { Upstream } from './upstream.js';
