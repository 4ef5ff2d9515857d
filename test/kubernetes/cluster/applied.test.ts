import { beforeAll, describe, expect, it } from 'vitest';
import { LEAST, objectsIn, renderedText } from '../support/chart.js';
import { kubectl, restrictedNamespace } from '../support/cluster.js';
import { combinations, merged } from '../support/switches.js';

const DRY_RUN = ['apply', '--server-side', '--dry-run=server', '--validate=strict', '--filename=-'];

describe('a real API server', () => {
  beforeAll(() => restrictedNamespace('combinations'));

  it.each(combinations)('takes each object without a warning: $title', async ({ values }) => {
    const text = await renderedText(merged(LEAST, values));
    const said = await kubectl([...DRY_RUN, '--namespace=combinations'], text);
    expect(said.trim().split('\n')).toHaveLength(objectsIn(text).length);
  });
});
