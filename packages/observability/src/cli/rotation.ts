import { setInterval } from 'node:timers';
import { Files } from '../admin/access/files.js';

/** How often files are looked at. cert-manager renews hours before the end, so this is soon enough. */
const LOOK_MS = 2_000;

/** The path of each file, by the name of its flag. */
export type Paths<Name extends string> = Readonly<Record<Name, string | undefined>>;

/** The content of each file, by the name of its flag. */
export type Contents<Name extends string> = Readonly<Partial<Record<Name, Buffer>>>;

interface Rotating<Name extends string> {
  readonly now: Contents<Name>;
  /** Tells of new contents, and why files that changed can't be used. */
  follow(use: (latest: Contents<Name>) => void, failed: (error: Error) => void): void;
}

/**
 * Reads files, and reads them again when one of them has changed.
 *
 * @param check throws if the files do not fit together; then those before stay in use
 */
export async function rotating<Name extends string>(
  paths: Paths<Name>,
  check: (contents: Contents<Name>) => void,
): Promise<Rotating<Name>> {
  const named = (Object.entries(paths) as [Name, string | undefined][]).flatMap(([name, path]) =>
    path === undefined ? [] : [[name, path] as const],
  );
  let failed: (error: Error) => void = () => {};
  const files = new Files<Contents<Name>>(
    async (read) => {
      const contents = Object.fromEntries(
        await Promise.all(named.map(async ([name, path]) => [name, Buffer.from(await read(path))])),
      ) as Contents<Name>;
      check(contents);
      return contents;
    },
    (error) => failed(error),
  );
  let used = await files.current();
  return {
    now: used,
    follow(use, tell) {
      failed = tell;
      if (named.length === 0) return;
      setInterval(async () => {
        const latest = await files.current();
        if (latest === used) return;
        used = latest;
        use(latest);
      }, LOOK_MS).unref();
    },
  };
}
