import { LABEL_NAME, METRIC_NAME, TYPES } from '../foreign.js';
import type { Pace } from '../pace.js';
import type { Snapshot } from '../prom-values.js';
import { type Series, seriesOf } from './foreign-series.js';
import { METRIC, writeHistogram, writeLabel, writeScalar, writeSummary } from './messages.js';
import type { BackwardWriter } from './writer.js';

/** A family whose series are written, and its description. */
export interface Written {
  readonly name: string;
  readonly help: string;
  readonly type: string;
}

/**
 * Writes a metric of the runtime or the application: one family, or several if its samples have several names. Yields each family
 * after its series were written.
 *
 * @param onBad called for each invalid series that is omitted
 * @throws if its name is invalid
 */
export async function* writeForeign(
  snapshot: Snapshot,
  defaults: Readonly<Record<string, string>>,
  to: BackwardWriter,
  pace: Pace,
  onBad: (error: unknown) => void,
): AsyncGenerator<Written> {
  const help = typeof snapshot.help === 'string' ? snapshot.help : '';
  const type = TYPES.has(snapshot.type) ? snapshot.type : 'untyped';
  for (const [name, all] of await seriesOf(snapshot, type, defaults, pace)) {
    if (!METRIC_NAME.test(name))
      throw new Error(`Expected the name of a metric, got ${JSON.stringify(name)}`);
    for (const series of all.reverse()) {
      try {
        write(to, type, series);
        to.keep();
      } catch (error) {
        to.drop();
        onBad(error);
      }
      if (pace.isSpent) await pace.rest();
    }
    yield { name, help, type };
  }
}

function write(to: BackwardWriter, type: string, series: Series): void {
  const before = to.length;
  if (type === 'histogram') writeHistogram(to, series.histogram());
  else if (type === 'summary') writeSummary(to, series.summary());
  else writeScalar(to, type, series.value(), undefined, type === 'counter' ? series.exemplar : undefined);
  for (const [name, value] of series.labels.toReversed()) {
    if (!LABEL_NAME.test(name)) throw new Error(`Expected the name of a label, got ${JSON.stringify(name)}`);
    if (String(value) !== '') writeLabel(to, name, String(value));
  }
  to.message(METRIC, before);
}
