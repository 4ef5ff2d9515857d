export function percent(share: number): string {
  return Number.isFinite(share) ? `${(share * 100).toFixed(1)} %` : '-';
}

/** Formats seconds for people, with two or three significant digits. */
export function duration(seconds: number): string {
  if (!Number.isFinite(seconds)) return '-';
  const ms = seconds * 1000;
  if (ms < 9.95) return `${ms.toFixed(ms < 0.995 ? 2 : 1)} ms`;
  return ms < 999.5 ? `${ms.toFixed(0)} ms` : `${seconds.toFixed(seconds < 9.95 ? 1 : 0)} s`;
}

/** Formats elapsed seconds as minutes and seconds. */
export function clock(seconds: number): string {
  const whole = Math.floor(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}

/** Formats a name and its values in columns. Names are aligned left, values right. */
export function columns(name: string, ...cells: readonly string[]): string {
  return `  ${name.padEnd(20)}${cells.map((cell) => cell.padStart(12)).join('')}`.trimEnd();
}
