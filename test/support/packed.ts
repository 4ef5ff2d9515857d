import { readFile } from 'node:fs/promises';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';

/** What is wrong with a package as npm would publish it, a line each. */
export async function faultsOf(tarball: string): Promise<string[]> {
  const data = new Uint8Array(await readFile(tarball));
  const { messages, pkg } = await publint({ pack: { tarball: data.buffer }, strict: true });
  return [
    ...messages.map((message) => formatMessage(message, pkg) ?? message.code),
    ...(await typeFaults(data)),
  ];
}

async function typeFaults(data: Uint8Array): Promise<string[]> {
  const result = await checkPackage(createPackageFromTarballData(data));
  if (!('problems' in result)) return ['no types'];
  return (
    result.problems
      .map((problem) => JSON.stringify(problem))
      // TypeScript's resolution for Node 10, which knows no `exports`. We need Node 20.
      .filter((problem) => !problem.includes('"resolutionKind":"node10"'))
  );
}
