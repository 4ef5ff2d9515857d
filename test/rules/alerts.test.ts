import { beforeAll, describe, expect, it } from 'vitest';
import { ruleGroups } from '../../alerts/groups.js';
import { AlertTests } from './alert-tests.js';
import { cases } from './cases.js';
import { testRules } from './promtool.js';

const tests = new AlertTests(ruleGroups());
const { alerts } = tests;

describe('every alert', () => {
  it('has a case, and every case has an alert', () => {
    expect(cases.map(({ alert }) => alert).sort()).toEqual(
      [...new Set(alerts.map(({ alert }) => alert))].sort(),
    );
  });

  it.each(cases.filter(({ alert }) => alert !== 'Watchdog'))(
    '$alert has a series for which it stays quiet',
    (c) => {
      expect(c.quiet.length).toBeGreaterThan(0);
    },
  );

  it('with windows has a case for each window', () => {
    const wanted = alerts
      .filter(({ labels }) => labels.window)
      .map(({ alert, labels }) => [alert, labels.window]);
    for (const [alert, window] of wanted) {
      const found = cases.find((c) => c.alert === alert)?.fires.map(({ labels }) => labels.window);
      expect(found, alert).toContain(window);
    }
  });
});

describe.each(cases)('$alert', ({ alert, fires, quiet }) => {
  let allPassed = false;
  /** One run of promtool for all cases is faster. If it fails, each case runs alone, so that the failing one is named. */
  const passes = (test: object) => allPassed || testRules(tests.rulesFor(alert), [test]);

  beforeAll(async () => {
    const all = [
      ...fires.map((one) => tests.firing(alert, one)),
      ...quiet.map((one) => tests.quiet(alert, one)),
    ];
    allPassed = await testRules(tests.rulesFor(alert), all).then(
      () => true,
      () => false,
    );
  });

  it.each(fires)('fires at minute $at, and not before', async (one) => {
    await passes(tests.firing(alert, one));
  });

  it.each(quiet)('stays quiet when $why', async (one) => {
    await passes(tests.quiet(alert, one));
  });
});
