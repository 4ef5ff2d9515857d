import { type DataFrame, LoadingState } from '@grafana/data';
import { PanelChrome } from '@grafana/ui';
import { Component, type ReactNode, useEffect, useRef, useState } from 'react';
import { isEmpty } from '../data/frames.js';
import type { Panel } from '../model/dashboard.js';
import { interpolate } from '../model/interpolate.js';
import type { Placed } from '../model/layout.js';
import { useContents } from '../page/contents.js';
import { KINDS } from '../panels/kinds.js';
import { Note } from './Note.js';
import { sourceOf, usePanelData } from './use-panel-data.js';

interface Props {
  readonly placed: Placed;
  readonly width: number;
  readonly height: number;
}

/** Kinds of panels that would show only axes if their data has only gaps. */
const CURVES = new Set(['timeseries', 'heatmap', 'state-timeline']);
const hasNoRow = ({ length }: DataFrame) => length === 0;

/** Types of data sources that the viewer can ask. */
const READABLE = new Set([undefined, 'prometheus', '-- Mixed --', 'datasource']);

export function PanelFrame({ placed: { panel, scope }, width, height }: Props) {
  const [place, visible] = useVisible();
  const { traces } = useContents();
  const absent = absence(panel, traces);
  const data = usePanelData(panel, scope, width, visible && absent === undefined);
  const title = interpolate(panel.title ?? '', data.lookup);
  const description = panel.description && interpolate(panel.description, data.lookup);
  const state = stateOf();
  return (
    <section
      ref={place}
      aria-label={title}
      data-panel={panel.id}
      data-kind={panel.type}
      data-state={state}
      style={{ width, height }}
    >
      <PanelChrome
        title={title}
        description={description}
        width={width}
        height={height}
        displayMode={panel.transparent ? 'transparent' : 'default'}
        loadingState={data.data ? state : undefined}
        statusMessage={data.data ? data.error : undefined}
        padding={panel.type === 'table' ? 'none' : 'md'}
      >
        {(w, h) => <Broken key={String(data.data !== undefined)}>{content(w, h)}</Broken>}
      </PanelChrome>
    </section>
  );

  function stateOf(): LoadingState {
    if (absent !== undefined) return LoadingState.Done;
    if (data.error) return LoadingState.Error;
    if (!data.loading) return LoadingState.Done;
    return visible ? LoadingState.Loading : LoadingState.NotStarted;
  }

  function content(w: number, h: number): ReactNode {
    const Kind = KINDS[panel.type];
    if (!Kind || absent !== undefined) return <Note kind="absent">{absent ?? ''}</Note>;
    if (!data.data)
      return data.error ? (
        <Note kind="error">{data.error}</Note>
      ) : (
        <Note kind={visible ? 'loading' : 'waiting'}>Loading …</Note>
      );
    if (data.data.every(CURVES.has(panel.type) ? isEmpty : hasNoRow))
      return <Note kind="empty">{String(panel.fieldConfig?.defaults.noValue ?? 'No data')}</Note>;
    return (
      <Kind
        panel={panel}
        frames={data.data}
        span={data.span}
        lookup={data.lookup}
        exemplars={data.exemplars}
        width={w}
        height={h}
      />
    );
  }
}

/** Returns why the viewer cannot show a panel, or undefined if it can. */
function absence(panel: Panel, hasTraces: boolean): string | undefined {
  if (!KINDS[panel.type]) return `The viewer can't draw panels of the kind “${panel.type}”. Grafana does.`;
  const foreign = (panel.targets ?? [])
    .map((target) => sourceOf(panel, target)?.type)
    .find((type) => !READABLE.has(type));
  if (foreign === undefined) return undefined;
  const instead = foreign === 'tempo' && hasTraces ? ' The page Requests has such a list.' : '';
  return `This panel of the kind “${panel.type}” asks ${foreign}, which the viewer was not given. Grafana shows it.${instead}`;
}

/** Reports whether a panel is in sight. Other panels ask nothing, so those in sight are answered first. */
function useVisible() {
  const place = useRef<HTMLElement>(null);
  const [visible, setVisible] = useState(false);
  useEffect(() => {
    const observer = new IntersectionObserver((entries) =>
      setVisible(entries.at(-1)?.isIntersecting ?? false),
    );
    if (place.current) observer.observe(place.current);
    return () => observer.disconnect();
  }, []);
  return [place, visible] as const;
}

interface BrokenState {
  readonly error?: Error;
}

/** Shows the error of a panel that throws, so that the other panels stay. */
class Broken extends Component<{ readonly children: ReactNode }, BrokenState> {
  override state: BrokenState = {};

  static getDerivedStateFromError(error: Error): BrokenState {
    return { error };
  }

  override render(): ReactNode {
    const { error } = this.state;
    return error ? (
      <Note kind="error">{`This panel can't be drawn: ${error.message}`}</Note>
    ) : (
      this.props.children
    );
  }
}
