/** The time in the form of records. Most records have the same time as the one before, so it is cached. */
export class Clock {
  private ms = Number.NaN;
  private text = '';

  now(): string {
    const ms = Date.now();
    if (ms !== this.ms) {
      this.ms = ms;
      this.text = new Date(ms).toISOString();
    }
    return this.text;
  }
}
