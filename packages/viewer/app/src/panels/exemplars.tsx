import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { type UPlotConfigBuilder, useStyles2 } from '@grafana/ui';
import { useLayoutEffect, useState } from 'react';
import { createPortal } from 'react-dom';
import type uPlot from 'uplot';
import type { Sample } from '../data/exemplars.js';
import { durationText } from '../model/trace.js';
import { clockTime } from './clock-time.js';

interface Props {
  readonly config: UPlotConfigBuilder;
  readonly samples: readonly Sample[];
  /** Converts a value to the plot's scale. */
  readonly toY?: (value: number) => number;
}

/** Draws a dot for each exemplar, which links to the page of its request. */
export function Exemplars({ config, samples, toY = (value) => value }: Props) {
  const styles = useStyles2(getStyles);
  const [plot, setPlot] = useState<{ readonly u: uPlot } | undefined>(undefined);
  useLayoutEffect(() => {
    config.addHook('ready', (u) => setPlot({ u }));
    // The scales may change whenever the plot is drawn.
    config.addHook('draw', (u) => setPlot({ u }));
  }, [config]);
  if (!plot || samples.length === 0) return null;
  const { u } = plot;
  const scale = config.scaleKeys[1];
  const { clientWidth: width, clientHeight: height } = u.over;
  return createPortal(
    samples.map(({ atMs, value, traceId }) => {
      const left = u.valToPos(atMs, 'x');
      if (!(left >= 0 && left <= width)) return null;
      const top = Math.min(Math.max(u.valToPos(toY(value), scale), 0), height);
      const label = `A request that took ${durationText(value * 1000)} at ${clockTime(atMs)}`;
      return (
        <a
          key={traceId}
          className={styles.dot}
          style={{ left, top }}
          href={`/requests/${traceId}`}
          title={label}
          aria-label={label}
          data-exemplar
        >
          {' '}
        </a>
      );
    }),
    u.over,
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  dot: css({
    position: 'absolute',
    zIndex: 1,
    width: 7,
    height: 7,
    margin: '-3.5px 0 0 -3.5px',
    transform: 'rotate(45deg)',
    background: theme.colors.background.primary,
    border: `1.5px solid ${theme.colors.text.secondary}`,
    '&:hover, &:focus-visible': {
      background: theme.colors.primary.main,
      borderColor: theme.colors.primary.main,
    },
  }),
});
