import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { COMMANDS } from './cli/commands.js';
import { envName } from './cli/flags.js';
import { misspelt, VARIABLES } from './variables.js';

/** Names of span attributes, which look like variables. */
const ATTRIBUTES = ['PMCP_OPERATION', 'PMCP_OUTCOME', 'PMCP_WAITED'];

function readInSources(): string[] {
  const files = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' });
  const sources = files.filter(
    (file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && !file.startsWith('codes'),
  );
  const names = sources.flatMap(
    (file) =>
      readFileSync(join(import.meta.dirname, file), 'utf8').match(/PMCP_(?![EW]_)[A-Z_]+[A-Z]/g) ?? [],
  );
  return names.filter((name) => !ATTRIBUTES.includes(name));
}

describe('our environment variables', () => {
  it('are all known, and no others', () => {
    const flags = COMMANDS.flatMap((command) => Object.keys(command.flags).map(envName));
    const read = [...new Set([...flags, ...readInSources()])].sort();
    expect(VARIABLES.map((name) => `PMCP_${name}`)).toEqual(read);
  });

  it.each(VARIABLES)('that are misspelt are reported with a suggestion: %s', (name) => {
    const [first = '', second = ''] = name;
    const wrong = `PMCP_${second}${first}${name.slice(2)}`;
    expect(misspelt({ [`PMCP_${name}`]: 'x' })).toEqual([]);
    expect(misspelt({ [wrong]: 'x' })).toEqual(
      wrong === `PMCP_${name}`
        ? []
        : [
            {
              code: 'PMCP_W_UNKNOWN_VARIABLE',
              text: `${wrong} is ignored: nobody reads it; did you mean PMCP_${name}?`,
            },
          ],
    );
  });

  it.each(VARIABLES.filter((name) => /(TOKEN|PASSWORD|KEY)_FILE$/.test(name)))(
    'that contain a secret instead of its file are reported: %s',
    (name) => {
      const [warning] = misspelt({ [`PMCP_${name.replace(/_FILE$/, '')}`]: 's3cret' });
      expect(warning!.text).toMatch(new RegExp(`did you mean PMCP_${name}\\?$`));
    },
  );

  it('do not include those of others', () => {
    expect(
      misspelt({ PMCP_TOOLS_PROMETHEUS: '3', PMCP_HOME: '/', PMCP_DATABASE_URL: 'x', PMC_LOG: 'x' }),
    ).toEqual([]);
  });
});
