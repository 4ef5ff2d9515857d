import { describe, expect, it } from 'vitest';
import { commands } from '../support/page.js';
import { output } from '../support/run.js';

const HERE = ['lint', 'template', 'package'];
const ofHelm = commands.flatMap(([program, ...args]) => (program === 'helm' ? [args] : []));
const withoutCluster = ofHelm.filter(([command = '']) => HERE.includes(command));

describe('a command of the page about the chart', () => {
  it.each(withoutCluster)('runs without a cluster: helm %s %s', async (...args) => {
    expect(await output('helm', args.filter(Boolean))).not.toBe('');
  });
});
