import { catalog } from '@pmcp/observability/catalog';
import { unexpected } from '../../prometheus/expected.js';
import { type HistogramForm, upTo } from '../../prometheus/promql.js';
import { checkLabels, checkNames, checkObject, checkOneOf, checkText } from '../check-options.js';
import { seconds } from '../duration.js';
import { budget, DEFAULT_WINDOW, exact, type Slo } from './slo.js';
import { BURNS, factor } from './windows.js';

const PARTS: readonly (keyof Slo)[] = [
  'name',
  'objective',
  'window',
  'indicator',
  'bad',
  'perTool',
  'minBadEvents',
];
const SHORTEST_WINDOW = '7d';

/** The labels by which each kind of indicator can select events. */
const LABELS: Readonly<Record<Slo['indicator']['kind'], readonly string[]>> = {
  availability: ['method', 'name'],
  latency: ['method', 'name'],
  'tool-success': ['name'],
};

/** @throws TypeError that names what is wrong */
export function checkSlos(slos: readonly Slo[], histograms: HistogramForm): void {
  if (!Array.isArray(slos)) throw unexpected('slos', 'a list', slos);
  const names = new Set<string>();
  for (const slo of slos) {
    check(slo, histograms);
    if (names.has(slo.name)) throw unexpected('slos', 'SLOs with different names', slo.name);
    names.add(slo.name);
  }
}

function check(slo: Slo, histograms: HistogramForm): void {
  checkObject('slos', slo);
  const { name, objective, window = DEFAULT_WINDOW, indicator, bad, minBadEvents = 5 } = slo;
  const option = `slos.${name}`;
  if (!/^([A-Z][a-z0-9]+)+$/.test(name)) throw unexpected('slos.name', 'CamelCase', name);
  checkNames(option, slo, PARTS);
  if (!(objective > 0 && objective < 1))
    throw unexpected(`${option}.objective`, 'above 0 and below 1', objective);
  if (seconds(window) < seconds(SHORTEST_WINDOW)) {
    throw unexpected(`${option}.window`, `at least ${SHORTEST_WINDOW}`, window);
  }
  if (!(minBadEvents >= 1)) throw unexpected(`${option}.minBadEvents`, 'at least 1', minBadEvents);
  checkText(`${option}.bad`, bad);
  checkIndicator(`${option}.indicator`, indicator, histograms);
  checkLimits(option, slo);
}

function checkIndicator(option: string, indicator: Slo['indicator'], histograms: HistogramForm): void {
  checkNames(option, indicator, ['kind', 'seconds', 'where']);
  checkOneOf(`${option}.kind`, indicator.kind, Object.keys(LABELS));
  checkLabels(`${option}.where`, Object.keys(indicator.where ?? {}), LABELS[indicator.kind]);
  if (indicator.kind !== 'latency') return;
  checkSeconds(`${option}.seconds`, indicator.seconds, histograms);
}

/** Checks the bound. Only native histograms can count the observations above any bound. */
function checkSeconds(option: string, seconds: number, histograms: HistogramForm): void {
  if (!(seconds > 0 && Number.isFinite(seconds))) throw unexpected(option, 'a number above 0', seconds);
  if (histograms !== 'native') upTo(catalog.requestDuration, seconds);
}

/** Rejects an alert that would need more than 100 % bad events, since it would never fire. */
function checkLimits(option: string, slo: Slo): void {
  const fastest = Math.max(...BURNS.map((burn) => factor(burn, slo)));
  const limit = exact(fastest * budget(slo));
  if (limit < 1) return;
  const { objective, window = DEFAULT_WINDOW } = slo;
  // The limit grows with the window.
  const days = Math.ceil(exact(seconds(window) / limit / seconds('1d'))) - 1;
  const shorter = days * seconds('1d') >= seconds(SHORTEST_WINDOW);
  const instead = shorter ? ` (at ${objective}, a window of at most ${days}d)` : '';
  const least = Math.ceil(exact((1 - 1 / fastest) * 10_000)) / 10_000;
  throw unexpected(
    `${option}.objective`,
    `above ${least} with a window of ${window}${instead}, since more than 100 % cannot be bad`,
    objective,
  );
}
