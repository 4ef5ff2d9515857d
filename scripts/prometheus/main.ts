/**
 * Writes the configurations of Prometheus. Those for native histograms need a folder of your own.
 *
 *     npm run build:prometheus -- [--histograms nhcb|native [--keep-classic-histograms] [--omit-zeros] [--drop-unread] --out folder]
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { prometheusFiles, prometheusOutputs } from '../../prometheus/files.js';
import type { ScrapedHistograms } from '../../prometheus/scrape/options.js';
import { writeAll } from '../generate/write.js';

const root = join(import.meta.dirname, '../..');

try {
  const { values } = parseArgs({
    options: {
      histograms: { type: 'string' },
      'keep-classic-histograms': { type: 'boolean', default: false },
      'omit-zeros': { type: 'boolean', default: false },
      'drop-unread': { type: 'boolean', default: false },
      out: { type: 'string' },
    },
  });
  for (const path of write(values)) process.stdout.write(`${path}\n`);
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
}

interface Given {
  readonly histograms?: string | undefined;
  readonly 'keep-classic-histograms': boolean;
  readonly 'omit-zeros': boolean;
  readonly 'drop-unread': boolean;
  readonly out?: string | undefined;
}

/** The committed files use classic histograms. Other forms go into the given folder. */
function write({ histograms, out, ...given }: Given): string[] {
  const switches = {
    keepClassicHistograms: given['keep-classic-histograms'],
    omitZeros: given['omit-zeros'],
    dropUnread: given['drop-unread'],
  };
  if (histograms === undefined && out === undefined && !Object.values(switches).includes(true))
    return writeAll(root, prometheusFiles);
  if (histograms === undefined || out === undefined)
    throw new Error('Expected --histograms and --out together');
  const files = prometheusOutputs({ histograms: histograms as ScrapedHistograms, ...switches });
  return writeAll(out, files).map((name) => join(out, name));
}
