import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FAULTS, type FaultName } from '../../../scripts/start/faults/faults.js';
import { Demo } from '../../support/demo.js';
import { until } from '../../support/until.js';

/** How long an alert may take at the speed of the demonstration, on a busy machine. */
const PATIENCE_MS = 120_000;

/** The code that the doctor reports for each fault of the demonstration. */
const CODES: Readonly<Record<FaultName, string>> = {
  'slow-tool': 'PMCP-D143',
  'failing-tool': 'PMCP-D144',
  'blocked-loop': 'PMCP-D018',
  'dead-database': 'PMCP-D014',
  'refused-token': 'PMCP-D002',
};

let demo: Demo;
beforeAll(async () => {
  demo = await Demo.start();
});
afterAll(() => demo?.stop());

describe('the doctor with npm start', () => {
  it('knows each of its faults', () => {
    expect(Object.keys(CODES)).toEqual(Object.keys(FAULTS));
  });

  it.each(Object.entries(CODES))(
    'reports for %s only %s, and nothing after the fault has ended',
    async (fault, code) => {
      await demo.press(fault, true);
      try {
        await until(
          async () => (await demo.firing()).includes(FAULTS[fault as FaultName].alert),
          PATIENCE_MS,
        );
        expect(await demo.examined()).toEqual({ code: 1, told: { [code]: expect.anything() } });
      } finally {
        await demo.press(fault, false);
      }
      await until(async () => (await demo.examined()).code === 0, PATIENCE_MS);
    },
    4 * PATIENCE_MS,
  );
});
