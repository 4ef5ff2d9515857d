import {
  type DataContextScopedVar,
  formattedValueToString,
  locationUtil,
  type ScopedVars,
} from '@grafana/data';
import type { Lookup } from '../model/interpolate.js';

/** Keeps links unchanged, since the page is at the root of its server. */
export function prepareLinks(): void {
  locationUtil.initialize({
    config: { appSubUrl: '', appUrl: '/' } as Parameters<typeof locationUtil.initialize>[0]['config'],
    getVariablesUrlParams: () => ({}),
    getTimeRangeForUrl: () => ({ from: '', to: '' }),
  });
}

/** Returns the variables that a link in a cell can use, e.g. `${__value.raw}` or `${__data.fields.job}`. */
export function cellLookup(scoped: ScopedVars | undefined): Lookup {
  const context = (scoped?.__dataContext as DataContextScopedVar | undefined)?.value;
  return (name) => {
    if (!context?.field) return undefined;
    const { field, frame, rowIndex, calculatedValue } = context;
    const raw = rowIndex === undefined ? calculatedValue?.numeric : field.values[rowIndex];
    if (name === '__value.raw' || name === '__value.numeric') return encodeURIComponent(String(raw ?? ''));
    if (name === '__value.text') {
      return encodeURIComponent(
        field.display ? formattedValueToString(field.display(raw)) : String(raw ?? ''),
      );
    }
    const [, label] = /^__field\.labels\.(\w+)$/.exec(name) ?? [];
    if (label !== undefined) return encodeURIComponent(field.labels?.[label] ?? '');
    const [, dotted, quoted] = /^__data\.fields(?:\.(\w+)|\[["'](.+)["']\])$/.exec(name) ?? [];
    const column = dotted ?? quoted;
    if (column === undefined || rowIndex === undefined) return undefined;
    const other = frame?.fields.find((candidate) => candidate.name === column);
    return encodeURIComponent(String(other?.values[rowIndex] ?? ''));
  };
}
