import type { Values } from '../value.js';
import { cluster } from './cluster.js';
import { server } from './container.js';
import { observed } from './observed.js';

/** Every value of the chart, in the order of `values.yaml`. */
export const values: Values = { ...server, ...observed, ...cluster };
