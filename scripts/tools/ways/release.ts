import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { CHECKSUMS, ChecksumError } from '../checksums.js';
import type { Way } from '../install.js';
import { PROGRAMS } from '../programs.js';
import { withHeartbeat } from '../progress.js';
import { run } from '../run.js';

const STALL_MS = 30_000;

const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' };

interface Source {
  readonly baseUrl: string;
  readonly checksums: typeof CHECKSUMS;
  readonly platform: string;
  /**
   * How long to wait for an answer.
   * Without internet access it must fail soon, but a running download may take long.
   */
  readonly answerMs: number;
}

const GITHUB: Source = {
  baseUrl: 'https://github.com/prometheus',
  checksums: CHECKSUMS,
  platform: `${process.platform}-${ARCHITECTURES[process.arch] ?? process.arch}`,
  answerMs: 5_000,
};

/** Downloads the official archive, and checks it before it is unpacked. */
export function releaseWay({ baseUrl, checksums, platform, answerMs }: Source = GITHUB): Way {
  return async ({ product, version }, { scratch, programs }, progress) => {
    const release = `${product}-${version}`;
    const expected = checksums[release]?.[platform];
    if (expected === undefined) throw new Error(`no checksum is pinned for ${platform}`);
    const folder = `${release}.${platform}`;
    const url = `${baseUrl}/${product}/releases/download/v${version}/${folder}.tar.gz`;
    const archive = join(scratch, 'archive.tar.gz');
    progress(`downloading ${url}`);
    const actual = await withHeartbeat(progress, 'still downloading', download(url, archive, answerMs));
    if (actual !== expected) {
      throw new ChecksumError(
        `Expected ${url} to have the SHA-256 ${expected}, got ${actual}. ` +
          'It is not the archive that was released; nothing was unpacked.',
      );
    }
    const members = Object.entries(PROGRAMS)
      .filter(([, program]) => program.product === product)
      .map(([name]) => `${folder}/${name}`);
    await run('tar', ['-xzf', archive, '-C', programs, '--strip-components=1', ...members]);
  };
}

/** Returns the SHA-256 of the stored file. */
async function download(url: string, file: string, answerMs: number): Promise<string> {
  const { host } = new URL(url);
  const abort = new AbortController();
  const give = (message: string): void => abort.abort(new Error(message));
  let timer = setTimeout(give, answerMs, `${host} did not answer within ${answerMs / 1000} s`);
  const hash = createHash('sha256');
  try {
    const { ok, status, body } = await fetch(url, { signal: abort.signal });
    if (!ok || body === null) throw new Error(`${host} answered ${status}`);
    await pipeline(
      body,
      async function* hashed(chunks: AsyncIterable<Uint8Array>) {
        for await (const chunk of chunks) {
          clearTimeout(timer);
          timer = setTimeout(give, STALL_MS, `${host} sent nothing for ${STALL_MS / 1000} s`);
          hash.update(chunk);
          yield chunk;
        }
      },
      createWriteStream(file),
    );
  } catch (error) {
    throw abort.signal.aborted ? abort.signal.reason : new Error(networkReason(error as Error, host));
  } finally {
    clearTimeout(timer);
  }
  return hash.digest('hex');
}

/** Returns the reason of a failed `fetch`, whose message is only "fetch failed". */
function networkReason(error: Error, host: string): string {
  const code = (error.cause as NodeJS.ErrnoException | undefined)?.code;
  return code === undefined ? error.message : `can't reach ${host} (${code})`;
}
