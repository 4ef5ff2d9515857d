export { serveViewer, type Viewer, type ViewerOptions } from './serve.js';
export { shipped } from './shipped.js';
export type { Upstream } from './upstream.js';
