import { applyFieldOverrides, cacheFieldDisplayNames, type DataFrame } from '@grafana/data';
import { useTheme2 } from '@grafana/ui';
import { useMemo } from 'react';
import { askSamples, notable, type Sample } from '../data/exemplars.js';
import { cellLookup } from '../data/links.js';
import { fieldConfigRegistry } from '../data/registry.js';
import { isInstant, runTarget } from '../data/run-target.js';
import { transform } from '../data/transform.js';
import type { Panel, Target } from '../model/dashboard.js';
import { interpolate, type Lookup } from '../model/interpolate.js';
import type { Scope } from '../model/layout.js';
import { durationMs, promqlDuration, rateIntervalMs, stepFor } from '../model/time.js';
import { type DataSource, useContents } from '../page/contents.js';
import { type Asked, useAsked } from '../page/use-asked.js';
import { useShared } from './context.js';
import type { TimeSpan } from './time-span.js';

/** The results of the queries after the transformations, but before the field configuration. */
interface Raw {
  readonly frames: DataFrame[];
  readonly exemplars: readonly Sample[];
  readonly span: TimeSpan;
}

export interface PanelData extends Asked<DataFrame[]> {
  readonly span: TimeSpan;
  readonly lookup: Lookup;
  readonly exemplars: readonly Sample[];
}

const NONE: readonly Sample[] = [];
const NO_CONFIG = { defaults: {}, overrides: [] };
const DEFAULT_SCRAPE_MS = 15_000;

/**
 * Runs the queries of a panel.
 *
 * @param width in pixels, which decides how many points to ask for
 */
export function usePanelData(panel: Panel, scope: Scope, width: number, visible: boolean): PanelData {
  const { span, variables, lookup: shared } = useShared();
  const contents = useContents();
  const theme = useTheme2();
  const scopeKey = JSON.stringify(scope);
  // Rounded, since a few pixels more or less are no reason to ask again.
  const points = panel.maxDataPoints ?? Math.max(50, Math.ceil(width / 100) * 100);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a scope is a new object at every drawing, its text is the same
  const lookup = useMemo(() => withScope(shared, scope), [shared, scopeKey]);
  const targets = (panel.targets ?? []).filter(({ hide }) => !hide);
  const questions = attempt(() =>
    targets.map((target) => {
      const name = interpolate(sourceOf(panel, target)?.uid ?? '', lookup, 'raw');
      const source = contents.dataSources.prometheus.find((one) => one.name === name);
      const { range, fill } = timing(target, panel, span, points, source, lookup);
      return { target, source: name, query: fill(target.expr ?? ''), range, several: targets.length > 1 };
    }),
  );
  const ask = async (signal: AbortSignal): Promise<Raw> => {
    if (questions instanceof Error) throw questions;
    const answers = await Promise.all(
      questions.map(async ({ target, source, query, range, several }) => {
        const [frames, exemplars] = await Promise.all([
          // An instant target with exemplars is there only for the exemplars, and draws no values.
          target.exemplar && isInstant(target)
            ? []
            : runTarget({ target, source, query, range, several, signal }),
          target.exemplar && contents.traces ? askSamples(source, query, range, signal) : [],
        ]);
        return { frames, exemplars };
      }),
    );
    const fill = (text: string) => interpolate(text, lookup);
    const frames = answers.flatMap((answer) => answer.frames);
    const exemplars = notable(
      answers.flatMap((answer) => answer.exemplars),
      span,
    );
    return { frames: await transform(frames, panel.transformations ?? [], fill), exemplars, span };
  };
  // The variables are not in this list: options that are not chosen change no question.
  const asked = useAsked(visible && variables.ready ? ask : undefined, [
    panel,
    span,
    JSON.stringify(questions),
    variables.ready,
    visible,
    contents,
  ]);
  const data = useMemo(() => {
    if (!asked.data) return undefined;
    const frames = applyFieldOverrides({
      data: asked.data.frames,
      fieldConfig: panel.fieldConfig ?? NO_CONFIG,
      fieldConfigRegistry,
      replaceVariables: (text, scoped) => interpolate(text, either(cellLookup(scoped), lookup)),
      theme,
      timeZone: 'browser',
    });
    // Other panels compute the names themselves, but tables only read them from this cache.
    cacheFieldDisplayNames(frames);
    return frames;
  }, [asked.data, panel, theme, lookup]);
  return { ...asked, data, exemplars: asked.data?.exemplars ?? NONE, span: asked.data?.span ?? span, lookup };
}

/** Returns an error instead of throwing it, so that a faulty panel of a user shows it in its place. */
function attempt<T>(make: () => T): T | Error {
  try {
    return make();
  } catch (error) {
    return error as Error;
  }
}

/** Returns the data source of a target, which may differ from that of its panel. */
export function sourceOf(panel: Panel, target: Target | undefined) {
  return target?.datasource ?? panel.datasource;
}

/** Returns the range and step of a query, and a function that fills in the windows that follow from them. */
function timing(
  target: Target,
  panel: Panel,
  span: TimeSpan,
  points: number,
  source: DataSource | undefined,
  lookup: Lookup,
) {
  const scrapeMs = source?.scrapeIntervalMs ?? DEFAULT_SCRAPE_MS;
  const rangeMs = Math.max(1000, (span.end - span.start) * 1000);
  const own = interpolate(target.interval || panel.interval || '', lookup, 'raw').replace(/^>/, '');
  const stepMs = stepFor(rangeMs, points, own ? durationMs(own) : scrapeMs);
  const step = stepMs / 1000;
  const windows: Readonly<Record<string, string>> = {
    __interval: promqlDuration(stepMs),
    __interval_ms: String(stepMs),
    __rate_interval: promqlDuration(rateIntervalMs(stepMs, scrapeMs)),
    __range: promqlDuration(Math.round(rangeMs / 1000) * 1000),
    __range_s: String(Math.round(rangeMs / 1000)),
    __range_ms: String(rangeMs),
  };
  const fill = (query: string) =>
    interpolate(
      query,
      either((name) => windows[name], lookup),
      'promql',
    );
  // Aligned with the step, so that a curve keeps its shape from one refresh to the next.
  const range = {
    start: Math.floor(span.start / step) * step,
    end: Math.floor(span.end / step) * step,
    step,
  };
  return { range: isInstant(target) ? { ...range, end: span.end } : range, fill };
}

function withScope(shared: Lookup, scope: Scope): Lookup {
  return either(
    (name) => (Object.hasOwn(scope, name) ? { values: [scope[name] ?? ''], pattern: true } : undefined),
    shared,
  );
}

export function either(first: Lookup, second: Lookup): Lookup {
  return (name) => first(name) ?? second(name);
}
