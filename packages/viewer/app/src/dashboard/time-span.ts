import { dateTime, isDateTime, rangeUtil, type TimeRange } from '@grafana/data';
import { useCallback, useEffect, useMemo, useState } from 'react';
import { isAsking } from '../api/ask.js';
import { durationMs } from '../model/time.js';

/** The time that all panels of a page show. Every refresh computes it again. */
export interface TimeSpan {
  readonly range: TimeRange;
  /** In seconds, like the end. */
  readonly start: number;
  readonly end: number;
}

export function toSpan(from: string, to: string): TimeSpan {
  const raw = { from: toRaw(from), to: toRaw(to) };
  const range = rangeUtil.convertRawToRange(raw);
  return { range, start: range.from.valueOf() / 1000, end: range.to.valueOf() / 1000 };
}

function toRaw(text: string) {
  if (/^\d+$/.test(text)) return dateTime(Number(text));
  const moment = text.startsWith('now') ? undefined : dateTime(text);
  return moment?.isValid() ? moment : text;
}

/** Converts a time range to the parameters of an address. */
export function toParameters({ raw, from, to }: TimeRange): { readonly from: string; readonly to: string } {
  const write = (value: TimeRange['raw']['from'], fixed: TimeRange['from']) =>
    isDateTime(value) ? String(fixed.valueOf()) : value;
  return { from: write(raw.from, from), to: write(raw.to, to) };
}

/**
 * @param every how often the span moves on, e.g. `30s`; empty for never
 * @returns the span, and a function that moves it on at once
 */
export function useTimeSpan(from: string, to: string, every: string): readonly [TimeSpan, () => void] {
  const [tick, setTick] = useState(0);
  const refresh = useCallback(() => setTick((count) => count + 1), []);
  useEffect(() => {
    if (!every) return undefined;
    const timer = setInterval(() => {
      // Does not add to Prometheus' work while the page is hidden, or while earlier queries have no answer.
      if (!document.hidden && !isAsking()) refresh();
    }, durationMs(every));
    const seen = () => {
      if (!document.hidden) refresh();
    };
    document.addEventListener('visibilitychange', seen);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', seen);
    };
  }, [every, refresh]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the same words, such as now-1h, mean another time at every tick
  const span = useMemo(() => toSpan(from, to), [from, to, tick]);
  return [span, refresh];
}
