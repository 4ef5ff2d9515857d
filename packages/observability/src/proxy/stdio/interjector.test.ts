import { expect, it } from 'vitest';
import { Random } from '../../../../../test/support/random.js';
import { Interjector } from './interjector.js';

it('says lines of its own between those that pass, however these are cut', async () => {
  const random = new Random(5);
  for (let run = 0; run < 50; run++) {
    const lines = Array.from({ length: 20 }, (_, i) => `line ${i} ${'x'.repeat(random.below(40))}`);
    const bytes = Buffer.from(`${lines.join('\n')}\n`);
    const interjector = new Interjector();
    const out: Buffer[] = [];
    interjector.on('data', (chunk: Buffer) => out.push(chunk));
    const own: string[] = [];
    for (let start = 0; start < bytes.length; ) {
      const end = start + 1 + random.below(30);
      interjector.write(bytes.subarray(start, end));
      start = end;
      if (random.below(3) > 0) continue;
      own.push(`own ${own.length}`);
      interjector.say(Buffer.from(`${own.at(-1)}\n`));
    }
    interjector.end();
    await new Promise((resolve) => interjector.once('end', resolve));
    const came = Buffer.concat(out).toString().split('\n').slice(0, -1);
    expect(came.filter((line) => line.startsWith('line'))).toEqual(lines);
    expect(came.filter((line) => line.startsWith('own'))).toEqual(own);
  }
});
