import { readFile, stat } from 'node:fs/promises';

/** A certificate or a list of users is much smaller. A larger file is the wrong one. */
const MAX_BYTES = 1_048_576;

export type ReadFile = (path: string) => Promise<string>;

/**
 * A value that is read from files, and read again when one of them changed. There is no watcher: each use of the value checks the
 * files. So it sees a change at once, however it was made (Kubernetes replaces a symbolic link).
 */
export class Files<T extends object> {
  private value: T | undefined;
  /** The state of each file before it was read. */
  private seen: ReadonlyMap<string, string> = new Map();
  private looking: Promise<T> | undefined;
  private told: string | undefined;

  /**
   * @param load creates the value; reads files with the function that it gets
   * @param onFailure called once for each different error of a later reading; the earlier value stays valid
   */
  constructor(
    private readonly load: (read: ReadFile) => Promise<T>,
    private readonly onFailure: (error: Error) => void,
  ) {}

  /** Rejects only if there never was a value. */
  current(): Promise<T> {
    this.looking ??= this.look().finally(() => {
      this.looking = undefined;
    });
    return this.looking;
  }

  private async look(): Promise<T> {
    const { value } = this;
    if (value !== undefined && (await this.isAsBefore())) return value;
    const seen = new Map<string, string>();
    try {
      this.value = await this.load((path) => readAs(path, seen));
      this.told = undefined;
    } catch (error) {
      if (value === undefined) throw error;
      this.failed(error as Error);
      // Two files that are written one after the other match a moment later.
      return value;
    }
    this.seen = seen;
    return this.value;
  }

  private async isAsBefore(): Promise<boolean> {
    const looks = await Promise.all(
      [...this.seen].map(async ([path, look]) => (await lookOf(path).catch(() => 'gone')) === look),
    );
    return looks.every(Boolean);
  }

  private failed(error: Error): void {
    if (this.told === error.message) return;
    this.told = error.message;
    this.onFailure(error);
  }
}

/** Checks the files first, so that a change during the reading is seen the next time. */
async function readAs(path: string, seen: Map<string, string>): Promise<string> {
  seen.set(path, await lookOf(path));
  const content = await readFile(path, 'utf8');
  if (content.length > MAX_BYTES) throw new Error(`${path} is longer than ${MAX_BYTES} bytes`);
  return content;
}

async function lookOf(path: string): Promise<string> {
  const { ino, size, mtimeNs, ctimeNs } = await stat(path, { bigint: true });
  return `${ino} ${size} ${mtimeNs} ${ctimeNs}`;
}
