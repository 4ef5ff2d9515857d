import type { Row } from './row.js';
import { calls } from './rows/calls.js';
import { endings } from './rows/endings.js';
import { messages } from './rows/messages.js';
import { methods } from './rows/methods.js';
import { questions } from './rows/questions.js';
import { refusals } from './rows/refusals.js';
import { streams } from './rows/streams.js';
import { tasks } from './rows/tasks.js';

/** Every scenario: the rows of the table, whose columns are in hosts.ts. */
export const rows: readonly Row[] = [
  ...calls,
  ...endings,
  ...messages,
  ...questions,
  ...tasks,
  ...methods,
  ...refusals,
  ...streams,
];
