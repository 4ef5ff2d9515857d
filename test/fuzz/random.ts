/** Random choices that the same seed makes again. */
export class Random {
  constructor(private state: number) {
    this.state = (state % 2147483646) + 1;
  }

  /** An integer from 0 to below the limit. */
  below(limit: number): number {
    this.state = (this.state * 48271) % 2147483647;
    return this.state % limit;
  }

  /** True once in so many times. */
  once(times: number): boolean {
    return this.below(times) === 0;
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)] as T;
  }

  bytes(length: number): Buffer {
    return Buffer.from(Array.from({ length }, () => this.below(256)));
  }
}
