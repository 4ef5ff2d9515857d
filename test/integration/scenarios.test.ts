import { describe, expect, it } from 'vitest';
import { hosts } from './scenarios/hosts.js';
import { play } from './scenarios/play.js';
import { isAbsent } from './scenarios/row.js';
import { rows } from './scenarios/table.js';

play(hosts.filter(({ transport }) => transport !== 'stdio'));

describe('the table of scenarios', () => {
  it.each(rows)('has a host of each SDK for: $title', (row) => {
    const present = hosts.filter((host) => !isAbsent(host, row));
    expect(new Set(present.map(({ sdk }) => sdk))).toEqual(new Set(['v1', 'v2']));
  });
});
