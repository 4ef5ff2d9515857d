import { dateTime, type TimeRange } from '@grafana/data';
import { RefreshPicker, TimeRangePicker } from '@grafana/ui';
import { type TimeSpan, toParameters } from '../dashboard/time-span.js';
import { setParameters } from '../page/location.js';

interface Props {
  readonly span: TimeSpan;
  readonly every: string;
  readonly refresh: () => void;
}

const INTERVALS = ['5s', '10s', '30s', '1m', '5m', '15m'];

export function TimeControls({ span, every, refresh }: Props) {
  const { range } = span;
  const from = range.from.valueOf();
  const to = range.to.valueOf();
  const show = (start: number, end: number) =>
    setParameters({ from: String(Math.round(start)), to: String(Math.round(end)) });
  const half = (to - from) / 2;
  return (
    <>
      <TimeRangePicker
        value={range}
        timeZone="browser"
        onChange={(next: TimeRange) => setParameters(toParameters(next))}
        onChangeTimeZone={() => {}}
        onMoveBackward={() => show(from - half, to - half)}
        onMoveForward={() => show(from + half, Math.min(to + half, dateTime().valueOf()))}
        onZoom={() => show(from - half, to + half)}
      />
      <RefreshPicker
        value={every}
        intervals={INTERVALS}
        onRefresh={refresh}
        onIntervalChanged={(next) => setParameters({ refresh: next || 'off' })}
      />
    </>
  );
}
