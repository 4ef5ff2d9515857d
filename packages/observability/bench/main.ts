/**
 * Prints the results of every benchmark as Markdown.
 * bench/README.md has the results of one run, and its machine.
 */
import { cpus } from 'node:os';
import { audit } from './audit.js';
import { connecting } from './connect.js';
import { exchanges } from './exchanges.js';
import { exporting } from './export.js';
import { histograms } from './histograms.js';
import { processes } from './processes.js';
import { recorder } from './recorder.js';
import { roundtrip } from './roundtrip.js';
import { scale } from './scale.js';
import { scrape } from './scrape.js';
import { signals } from './signals.js';

const out = (text: string) => process.stdout.write(`${text}\n\n`);

out(
  `Node ${process.version}, ${process.platform} ${process.arch}, ${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}`,
);
for (const benchmark of [
  recorder,
  histograms,
  connecting,
  exchanges,
  roundtrip,
  scrape,
  processes,
  scale,
  signals,
  exporting,
  audit,
])
  out(await benchmark());
