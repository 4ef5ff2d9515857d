import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { verifyFiles } from '../../../packages/observability/src/audit/verify.js';
import { temporaryFolder } from '../../fixtures/temporary-folder.js';
import { audited, verify } from '../../support/audited.js';
import { Random } from '../../support/random.js';

const folder = temporaryFolder('audit-verify');

describe('audit verify', () => {
  const file = join(folder, 'audit.jsonl');

  it('detects each of a hundred changes', async () => {
    const { toolkit, client } = await audited({ destination: file });
    for (let call = 0; call < 30; call++)
      await client.callTool({ name: 'save', arguments: { note: `${call}` } });
    await toolkit.shutdown();
    const honest = (await readFile(file, 'utf8')).split('\n').slice(0, -1);
    expect((await verifyFiles([file])).fault).toBeUndefined();
    const random = new Random(17);
    const missed: string[] = [];
    for (let change = 0; change < 100; change++) {
      const lines = [...honest];
      // Not the last record: only a following record reveals that records were cut off.
      const at = random.below(lines.length - 1);
      const what = random.pick(['byte', 'remove', 'repeat', 'swap', 'insert', 'split'] as const);
      const line = lines[at]!;
      if (what === 'byte') {
        const index = random.below(line.length);
        const other = String.fromCharCode(line.charCodeAt(index) ^ (1 << random.below(5)));
        lines[at] = line.slice(0, index) + other + line.slice(index + 1);
      } else if (what === 'remove') lines.splice(at, 1);
      else if (what === 'repeat') lines.splice(random.below(lines.length - 1), 0, line);
      else if (what === 'swap') lines.splice(at, 2, lines[at + 1]!, line);
      else if (what === 'insert') lines.splice(at, 0, line.replace('"save"', '"steal"'));
      else lines[at] = `${line.slice(0, 20)}\n${line.slice(20)}`;
      await writeFile(file, `${lines.join('\n')}\n`);
      if ((await verifyFiles([file])).fault === undefined) missed.push(`${what} of ${at}`);
    }
    // Without its first record a file looks like one that continues an older file.
    expect(missed.filter((one) => one !== 'remove of 0')).toEqual([]);
  });

  it('explains why a file is no audit log', async () => {
    await writeFile(file, '');
    expect(await verify(file)).toEqual({ code: 1, said: 'not intact: there is no record\n' });
    await writeFile(file, 'hello\n');
    expect((await verify(file)).code).toBe(1);
    expect(await verify()).toMatchObject({ code: 2, said: expect.stringContaining('needs the files') });
  });
});
