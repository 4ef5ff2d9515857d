import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { type StdioServer, startStdioServer } from '../support/stdio.js';

const REGISTER = ['--import', '@pmcp/observability/register', 'test/fixtures/register/v1.mjs'];
/**
 * The variables of OpenTelemetry, which apply to all programs of a machine. Our own variables are validated:
 * the server does not start with an invalid one.
 */
const VARIABLES = [
  ...new Set(readFileSync('docs/reference/variables.md', 'utf8').match(/(?<=^### `)OTEL_\w+/gm)),
];

let server: StdioServer | undefined;
afterEach(() => server?.client.close());

describe('the register hook', () => {
  it.each(['banana', '-1', '1e309', 'http://[::1', '%zz=%,=,', '__proto__'])(
    'lets a server work when all OpenTelemetry variables are "%s"',
    async (value) => {
      expect(VARIABLES.length).toBeGreaterThan(20);
      const env = Object.fromEntries(VARIABLES.map((name) => [name, value]));
      server = await startStdioServer(REGISTER, env);
      const { content } = await server.client.callTool({ name: 'hello', arguments: {} });
      expect(content).toHaveLength(1);
    },
  );
});
