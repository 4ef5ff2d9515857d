import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { growing } from '../../packages/doctor/src/checks/prometheus/leaks.js';
import { temporaryFolder } from '../fixtures/temporary-folder.js';
import { promtool } from '../support/promtool.js';

/** One value every 15 minutes for a day and a half. */
const SAMPLES = 144;
const METRIC = 'pmcp_active_connections';

/** Returns the elapsed share of the day, from 0 to 1 and again. */
const day = (i: number) => (i % 96) / 96;

const SERIES: Readonly<Record<string, (i: number) => number>> = {
  'that never falls': (i) => 20 + 4 * i,
  'that grows by the hour, with a wave on it': (i) => 40 + 3 * i + 20 * Math.sin(i / 2),
  'that is high by day and low at night': (i) => 200 + 180 * Math.sin(2 * Math.PI * day(i)),
  'that rose to another level': (i) => (i < 90 ? 40 : 400),
  'that grows each day until it is restarted': (i) => 20 + 4 * (i % 60),
  'that is always the same': () => 300,
  'that is small': (i) => 1 + i / 12,
};
const LEAKS = ['that never falls', 'that grows by the hour, with a wave on it'];

describe('what the doctor reports as a leak', () => {
  it('grows for a whole day, unlike the usual course of a day', async () => {
    const folder = temporaryFolder('leaks');
    const input_series = Object.entries(SERIES).map(([name, value]) => ({
      series: `${METRIC}{instance="${name}"}`,
      values: Array.from({ length: SAMPLES }, (_, i) => Math.round(value(i))).join(' '),
    }));
    const exp_samples = LEAKS.map((name) => ({
      labels: `{instance="${name}"}`,
      value: Math.min(
        ...Array.from({ length: 8 }, (_, back) => Math.round(SERIES[name]!(SAMPLES - 1 - back))),
      ),
    }));
    const expression = { expr: growing(METRIC, 0.2, 20), eval_time: `${(SAMPLES - 1) * 15}m`, exp_samples };
    const tests = [{ interval: '15m', input_series, promql_expr_test: [expression] }];
    const file = join(folder, 'leaks.yaml');
    writeFileSync(file, stringify({ rule_files: [], tests }));
    await expect(promtool('3', 'test', 'rules', file)).resolves.toContain('SUCCESS');
  });
});
