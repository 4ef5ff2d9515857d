import { cx } from '@emotion/css';
import { useStyles2 } from '@grafana/ui';
import { useState } from 'react';
import { askJson } from '../api/ask.js';
import { Navigation } from '../dashboard/Navigation.js';
import { Note } from '../dashboard/Note.js';
import { countedIn } from '../model/counted.js';
import { durationText, type LogLine, type Placed, type Trace, waterfall } from '../model/trace.js';
import { Bar } from '../page/Bar.js';
import { useContents } from '../page/contents.js';
import { useAsked } from '../page/use-asked.js';
import { clockTime } from '../panels/clock-time.js';
import { getStyles } from './styles.js';

/** The page of one request: its spans with their durations, its series in the metrics, and its log lines. */
export function RequestPage({ traceId }: { readonly traceId: string }) {
  const { traces } = useContents();
  const { data, error } = useAsked(
    traces ? (signal) => askJson<Trace>(`/traces/${traceId}`, { signal }) : undefined,
    [traceId, traces],
  );
  return (
    <>
      <Navigation title="Request" />

      {!traces && (
        <Note kind="absent">The viewer was given no place to look up requests: start it with --traces.</Note>
      )}
      {error !== undefined && <Note kind="error">{error}</Note>}

      {data && <Shown trace={data} />}
    </>
  );
}

function Shown({ trace: { traceId, spans, logs } }: { readonly trace: Trace }) {
  const styles = useStyles2(getStyles);
  const placed = waterfall(spans);
  const [chosen, choose] = useState(placed[0]?.span.spanId);
  const start = Math.min(...spans.map(({ startMs }) => startMs));
  const length = Math.max(...spans.map(({ startMs, durationMs }) => startMs + durationMs - start), 0.001);
  const root = placed[0]?.span;
  const counted = countedIn(spans);
  const shown = spans.find(({ spanId }) => spanId === chosen);
  return (
    <>
      <Bar>
        <h1 className={styles.title}>{root?.name ?? 'A request without spans'}</h1>
        <span className={styles.about}>
          {root && `${root.service} · ${clockTime(start)} · ${durationText(length)} · ${traceId}`}
        </span>
      </Bar>
      <main data-page="request">
        <div className={styles.columns}>
          <section className={styles.box} aria-label="Spans">
            {placed.map((one) => (
              <Line
                key={one.span.spanId}
                placed={one}
                start={start}
                length={length}
                chosen={one.span.spanId === chosen}
                choose={choose}
              />
            ))}
          </section>
          <section className={styles.box} aria-label="Attributes">
            {shown?.failed && <p className={styles.failed}>{shown.message || 'failed'}</p>}
            <dl className={styles.attributes}>
              {Object.entries(shown?.attributes ?? {})
                .sort()
                .map(([name, value]) => (
                  <div key={name}>
                    <dt>{name}</dt>
                    <dd>{typeof value === 'string' ? value : JSON.stringify(value)}</dd>
                  </div>
                ))}
            </dl>
          </section>
        </div>
        {counted && (
          <>
            <h2 className={styles.heading}>In the metrics</h2>
            <a className={styles.counted} href={counted.href}>
              {counted.series}
            </a>
          </>
        )}
        <h2 className={styles.heading}>{logs.length > 0 ? 'Log lines' : 'No log lines came with it'}</h2>
        {logs.length > 0 && <Logs logs={logs} start={start} />}
      </main>
    </>
  );
}

interface LineProps {
  readonly placed: Placed;
  readonly start: number;
  readonly length: number;
  readonly chosen: boolean;
  readonly choose: (spanId: string) => void;
}

function Line({ placed: { span, depth }, start, length, chosen, choose }: LineProps) {
  const styles = useStyles2(getStyles);
  const left = (100 * (span.startMs - start)) / length;
  const width = Math.max((100 * span.durationMs) / length, 0.3);
  return (
    <button
      type="button"
      className={cx(styles.line, chosen && styles.chosen)}
      aria-pressed={chosen}
      data-span={span.name}
      onClick={() => choose(span.spanId)}
    >
      <span className={styles.spanName} style={{ paddingLeft: depth * 16 }} title={span.name}>
        {span.name}
      </span>
      <span className={styles.lane}>
        <span
          className={cx(styles.bar, span.failed && styles.bad)}
          style={{ marginLeft: `${left}%`, width: `${width}%` }}
        />
      </span>
      <span className={styles.length}>{durationText(span.durationMs)}</span>
    </button>
  );
}

function Logs({ logs, start }: { readonly logs: readonly LogLine[]; readonly start: number }) {
  const styles = useStyles2(getStyles);
  return (
    <ol className={styles.logs} data-logs>
      {[...logs]
        .sort((a, b) => a.atMs - b.atMs)
        .map((line, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines have no ids, and keep their order
          <li key={index}>
            <span className={styles.time}>{`+${durationText(Math.max(line.atMs - start, 0))}`}</span>
            <span className={cx(/err|fatal/.test(line.level) && styles.failed)}>{line.level}</span>
            <span>
              {line.message}{' '}
              <span className={styles.details}>
                {Object.entries(line.attributes)
                  .map(
                    ([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
                  )
                  .join(' ')}
              </span>
            </span>
          </li>
        ))}
    </ol>
  );
}
