import { applyFieldOverrides, FieldColorModeId, ThresholdsMode } from '@grafana/data';
import { GraphThresholdsStyleMode, LegendDisplayMode, TimeSeries, useTheme2 } from '@grafana/ui';
import { useMemo } from 'react';
import { queryRange } from '../api/prometheus.js';
import { toSpan } from '../dashboard/time-span.js';
import { timeFrames } from '../data/frames.js';
import { fieldConfigRegistry } from '../data/registry.js';
import type { Labels } from '../model/legend.js';
import type { Threshold } from '../model/rules.js';
import { stepFor } from '../model/time.js';
import { useAsked } from '../page/use-asked.js';
import { useTick } from '../page/use-tick.js';
import { useWidth } from '../page/use-width.js';
import { WholeLabels } from '../panels/whole-labels.js';

const HEIGHT = 180;
const EVERY_MS = 15_000;
const LEAST_MS = 15 * 60_000;

interface Props {
  readonly source: string;
  readonly threshold: Threshold;
  readonly labels: Labels;
  readonly sinceMs: number;
}

/** Plots the values that the alert compares, from before the alert until now, with the limit as a line. */
export function Curve({ source, threshold, labels, sinceMs }: Props) {
  const theme = useTheme2();
  const [place, width] = useWidth();
  const tick = useTick(EVERY_MS);
  const span = useMemo(() => {
    const from = Math.max(LEAST_MS, (Date.now() - sinceMs) * 1.5);
    return { tick, ...toSpan(`now-${Math.ceil(from / 1000)}s`, 'now') };
  }, [sinceMs, tick]);
  const step = stepFor((span.end - span.start) * 1000, 200, 1000);
  const { data } = useAsked(
    async (signal) => {
      const range = { start: span.start, end: span.end, step: step / 1000 };
      const series = await queryRange(source, threshold.expression, range, signal);
      // Leaves out series whose labels contradict those of the alert.
      return series.filter(({ metric }) =>
        Object.entries(metric).every(
          ([name, value]) => name === '__name__' || labels[name] === undefined || labels[name] === value,
        ),
      );
    },
    [source, threshold.expression, span, labels],
  );
  const frames = useMemo(() => {
    const limit = Number(threshold.limit);
    const steps = [
      { value: Number.NEGATIVE_INFINITY, color: 'transparent' },
      { value: limit, color: 'red' },
    ];
    return applyFieldOverrides({
      data: timeFrames(data ?? [], { refId: 'A' }, step),
      fieldConfig: {
        defaults: {
          color: { mode: FieldColorModeId.Fixed, fixedColor: 'blue' },
          thresholds: { mode: ThresholdsMode.Absolute, steps },
          custom: {
            lineWidth: 2,
            axisSoftMin: 0,
            axisSoftMax: limit * 1.2,
            showPoints: 'never',
            thresholdsStyle: { mode: GraphThresholdsStyleMode.Dashed },
          },
        },
        overrides: [],
      },
      fieldConfigRegistry,
      replaceVariables: (text) => text,
      theme,
      timeZone: 'browser',
    });
  }, [data, theme, threshold.limit, step]);
  return (
    <div ref={place} style={{ height: data?.length === 0 ? 0 : HEIGHT }}>
      {width > 0 && frames.length > 0 && (
        <TimeSeries
          frames={frames}
          timeRange={span.range}
          timeZone="browser"
          width={width}
          height={HEIGHT}
          legend={{ showLegend: false, displayMode: LegendDisplayMode.List, placement: 'bottom', calcs: [] }}
        >
          {(config) => <WholeLabels config={config} />}
        </TimeSeries>
      )}
    </div>
  );
}
