import { processWide } from './process-wide.js';

/** Whether any toolkit of the process observes a server, or a handler that creates servers. */
export const found = processWide('found', () => ({ any: false }));
