import { readFile } from 'node:fs/promises';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';

/** Returns the problems of a package in the form that npm publishes, one line each. */
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
      // TypeScript's resolution for Node 10 does not support `exports`. We need Node 20.
      .filter((problem) => !problem.includes('"resolutionKind":"node10"'))
  );
}
