import { describe, expect, it } from 'vitest';
import { ruleGroups } from '../../alerts/groups.js';
import { AlertTests } from '../rules/alert-tests.js';
import type { Case, Series } from '../rules/case.js';
import { cases } from '../rules/cases.js';
import { asNative } from '../rules/native.js';
import { testRulesOf3 } from '../rules/promtool.js';
import { withoutZeros } from '../rules/without-zeros.js';

const tests = new AlertTests(ruleGroups({ histograms: 'native' }));

/** Keeps of a case what has zeros to leave out. */
function sparse<T extends { readonly series: Series }>(all: readonly T[]): T[] {
  return all.flatMap((each) => {
    const native = asNative(each.series, 'exponential');
    const series = withoutZeros(native);
    return JSON.stringify(series) === JSON.stringify(native) ? [] : [{ ...each, series }];
  });
}

const affected = cases
  .map(({ alert, fires, quiet }): Case => ({ alert, fires: sparse(fires), quiet: sparse(quiet) }))
  .filter(({ fires, quiet }) => fires.length + quiet.length > 0);

describe('rules for servers that leave out counters of names that are still 0', () => {
  it.each(affected)('fire $alert and keep it quiet as with zeros', async ({ alert, fires, quiet }) => {
    await testRulesOf3(tests.rulesFor(alert), [
      ...fires.map((each) => tests.firing(alert, each)),
      ...quiet.map((each) => tests.quiet(alert, each)),
    ]);
  });

  it('are tested with every alert that counts calls of tools', () => {
    const names = affected.map(({ alert }) => alert);
    expect(names).toEqual(
      expect.arrayContaining(['PmcpToolErrors', 'PmcpToolSlow', 'PmcpToolSuccessBurnFast']),
    );
  });
});
