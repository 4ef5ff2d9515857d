import { cx } from '@emotion/css';
import { RadioButtonGroup, useStyles2 } from '@grafana/ui';
import { askJson } from '../api/ask.js';
import { Navigation } from '../dashboard/Navigation.js';
import { Note } from '../dashboard/Note.js';
import { durationText, type Summary } from '../model/trace.js';
import { Bar } from '../page/Bar.js';
import { setParameters, useAddress } from '../page/location.js';
import { useAsked } from '../page/use-asked.js';
import { useTick } from '../page/use-tick.js';
import { clockTime } from '../panels/clock-time.js';
import { getStyles } from './styles.js';

const EVERY_MS = 5_000;
const KINDS = [
  { label: 'Slow', value: 'slow' },
  { label: 'Failed', value: 'failed' },
  { label: 'Newest', value: 'recent' },
];

/** The list of recent requests. Each links to its own page. */
export function RequestsPage() {
  const styles = useStyles2(getStyles);
  const { parameters } = useAddress();
  const kind = parameters.get('kind') ?? 'slow';
  const tick = useTick(EVERY_MS);
  const { data, error } = useAsked(
    (signal) => askJson<readonly Summary[]>(`/traces?kind=${encodeURIComponent(kind)}&limit=100`, { signal }),
    [kind, tick],
  );
  const longest = Math.max(...(data ?? []).map(({ durationMs }) => durationMs), 1);
  return (
    <>
      <Navigation title="Requests" />
      <Bar>
        <RadioButtonGroup options={KINDS} value={kind} onChange={(next) => setParameters({ kind: next })} />
      </Bar>
      <main data-page="requests">
        {error !== undefined && <Note kind="error">{error}</Note>}
        {data?.length === 0 && <Note kind="empty">No requests yet.</Note>}
        <ul className={styles.list}>
          {data?.map((one) => (
            <li key={one.traceId}>
              <a className={styles.item} href={`/requests/${one.traceId}`} data-failed={one.failed}>
                <span className={styles.time}>{clockTime(one.startMs)}</span>
                <span className={styles.name}>
                  {one.name}
                  {one.failed && <span className={cx(styles.failed, styles.beside)}>failed</span>}
                </span>
                <span className={styles.service}>{one.service}</span>
                <span className={styles.duration}>
                  <span
                    className={cx(styles.bar, one.failed && styles.bad)}
                    style={{ width: `${Math.max((100 * one.durationMs) / longest, 0.5)}%` }}
                  />
                  <span>{durationText(one.durationMs)}</span>
                </span>
              </a>
            </li>
          ))}
        </ul>
      </main>
    </>
  );
}
