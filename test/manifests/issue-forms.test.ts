import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

const FOLDER = '.github/ISSUE_TEMPLATE';
const KINDS = ['textarea', 'dropdown', 'input', 'markdown', 'checkboxes'];

interface Form {
  readonly name: string;
  readonly description: string;
  readonly body: readonly {
    readonly type: string;
    readonly id: string;
    readonly attributes: { readonly label: string };
  }[];
}

describe.each(readdirSync(FOLDER).filter((file) => file !== 'config.yml'))('the form %s', (file) => {
  const form = parse(readFileSync(`${FOLDER}/${file}`, 'utf8')) as Form;

  it('has what GitHub requires', () => {
    expect(form).toMatchObject({ name: expect.any(String), description: expect.any(String) });
    for (const { type, attributes } of form.body) {
      expect(KINDS).toContain(type);
      expect(attributes.label).toMatch(/\w/);
    }
    const ids = form.body.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

it('the form for faults requests the output of the doctor, with existing flags', () => {
  const form = readFileSync(`${FOLDER}/fault.yml`, 'utf8');
  const [, flags = ''] = /npx @pmcp\/doctor (.*?)`/.exec(form) ?? [];
  const help = readFileSync('docs/reference/cli.md', 'utf8');
  const names = flags.match(/--[a-z-]+/g) ?? [];
  expect(names).toHaveLength(2);
  for (const name of names) expect(help).toContain(name);
});
