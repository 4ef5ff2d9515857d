import { execFile } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { requireTool } from '../../scripts/tools/index.js';
import { recorded } from '../slo/recording.js';
import { SLOS } from '../slos.js';

const STEP_SECONDS = 60;

/** Writes what the recording rules would have recorded in the past, so that long windows have something to read. */
export async function writeHistory(folder: string, servers: number, hours: number): Promise<void> {
  const file = join(folder, 'history.om');
  const end = Math.floor(Date.now() / 1_000 / STEP_SECONDS) * STEP_SECONDS;
  const samples = Readable.from(lines({ servers, start: end - hours * 3_600, end }));
  await pipeline(samples, createWriteStream(file));
  const { path } = await requireTool('promtool');
  const args = ['tsdb', 'create-blocks-from', 'openmetrics', '--quiet', file, join(folder, 'data')];
  await promisify(execFile)(path, args);
}

function* lines({ servers, start, end }: { servers: number; start: number; end: number }): Generator<string> {
  for (const { name } of [recorded.events, recorded.errors]) {
    yield `# TYPE ${name} gauge\n`;
    for (let server = 0; server < servers; server++) {
      for (const slo of SLOS) yield series(`${name}{${target(server)},slo="${slo.name}"}`, start, end);
    }
  }
  yield '# EOF\n';
}

/** One string a series: a string a sample would take minutes. */
function series(text: string, start: number, end: number): string {
  let samples = '';
  for (let time = start; time < end; time += STEP_SECONDS)
    samples += `${text} ${(time % 600) / 600} ${time}\n`;
  return samples;
}

function target(server: number): string {
  return `namespace="ns-${server}",job="pmcp"`;
}
