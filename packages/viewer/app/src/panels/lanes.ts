import type { GrafanaTheme2 } from '@grafana/data';
import { AxisPlacement, ScaleDirection, ScaleOrientation, UPlotConfigBuilder } from '@grafana/ui';
import type uPlot from 'uplot';
import type { TimeSpan } from '../dashboard/time-span.js';
import { laneLabels } from './lane-labels.js';
import { wholeLabels } from './whole-labels.js';

interface Lanes {
  readonly theme: GrafanaTheme2;
  readonly span: () => TimeSpan;
  readonly lanes: number;
  /** The label at a place, counted from the bottom: 1 is the line above the first lane, 0.5 its middle. */
  readonly labels: (place: number) => string;
  /** The places that have labels. */
  readonly places: readonly number[];
  readonly draw: (u: uPlot) => void;
}

/** Configures a plot over time that is divided into lanes of equal height, which `draw` fills. */
export function lanesConfig({ theme, span, lanes, labels, places, draw }: Lanes): UPlotConfigBuilder {
  const config = new UPlotConfigBuilder('browser');
  config.addScale({
    scaleKey: 'x',
    isTime: true,
    orientation: ScaleOrientation.Horizontal,
    direction: ScaleDirection.Right,
    range: () => [span().start * 1000, span().end * 1000],
  });
  config.addScale({
    scaleKey: 'y',
    orientation: ScaleOrientation.Vertical,
    direction: ScaleDirection.Up,
    range: () => [0, lanes],
  });
  config.addAxis({
    scaleKey: 'x',
    isTime: true,
    placement: AxisPlacement.Bottom,
    theme,
    grid: { show: false },
  });
  config.addAxis({
    scaleKey: 'y',
    placement: AxisPlacement.Left,
    theme,
    grid: { show: false },
    ticks: { show: false },
    splits: () => [...places],
    values: () => [],
  });
  // An invisible series, by which the pointer finds its time.
  config.addSeries({
    scaleKey: 'y',
    theme,
    pathBuilder: () => null,
    pointsBuilder: () => null,
  } as never);
  config.scaleKeys = ['x', 'y'];
  config.setCursor({ points: { show: false } });
  const beside = laneLabels({ theme, lanes, places, labels });
  config.addHook('init', wholeLabels);
  config.addHook('init', beside.reserve);
  config.addHook('draw', draw);
  config.addHook('draw', beside.draw);
  return config;
}
