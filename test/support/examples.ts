import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/client';

const EXAMPLES = join(import.meta.dirname, '../../examples');

/** The series of the call that `greet` makes. */
export const GREETED = 'pmcp_requests_total{method="tools/call",name="greet",outcome="ok"}';

/** Returns the steps of the command on an example's page as words, without its variables, which the test chooses. */
export function stepsOf(folder: string): string[][] {
  const page = readFileSync(join(EXAMPLES, folder, 'README.md'), 'utf8');
  const [, line = ''] = /```sh\n(.*)\n```/.exec(page) ?? [];
  return line
    .split(' && ')
    .map((step) => step.split(' ').filter((word) => word !== '' && !/^[A-Z_]+=/.test(word)));
}

/** Calls the tool that most examples have. @returns what the server said */
export async function greet(transport: Parameters<Client['connect']>[0]): Promise<string> {
  const client = new Client({ name: 'tester', version: '1.0.0' });
  await client.connect(transport);
  const { content } = await client.callTool({ name: 'greet', arguments: { name: 'Ada' } });
  return content.map((part) => (part.type === 'text' ? part.text : part.type)).join();
}
