import type { Check } from '../../check.js';
import { telemetryIsKept } from './kept.js';
import { lineArrives, lineHasFields } from './line.js';
import { labelsAreKept, logIsQuiet, stdoutHasOnlyMessages } from './page.js';
import { spanArrives } from './span.js';

/** The checks of telemetry. Their codes begin at PMCP-D050. */
export const TELEMETRY: readonly Check[] = [
  labelsAreKept,
  telemetryIsKept,
  logIsQuiet,
  stdoutHasOnlyMessages,
  spanArrives,
  lineArrives,
  lineHasFields,
];
