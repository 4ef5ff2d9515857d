import { describe, expect, it } from 'vitest';
import { allDashboards } from '../../dashboards/dashboards.js';
import { LINTER } from './linter.js';
import { LOOKS } from './looks.js';
import type { Dashboard } from './model.js';
import { STRUCTURE } from './structure.js';

const dashboards = allDashboards() as unknown as Dashboard[];
const uids = dashboards.map(({ uid }) => uid);

describe.each(dashboards)('$title', (dashboard) => {
  it.each(Object.entries(LINTER))('follows the linter rule %s', (_, rule) => {
    expect(rule(dashboard)).toEqual([]);
  });

  it.each(Object.entries(STRUCTURE))('is built so that %s', (_, check) => {
    expect(check(dashboard, uids)).toEqual([]);
  });

  it.each(Object.entries(LOOKS))('is drawn so that %s', (_, check) => {
    expect(check(dashboard)).toEqual([]);
  });
});
