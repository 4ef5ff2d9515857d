import { expect, it } from 'vitest';
import { play } from './scenarios/play.js';
import { stdioHosts } from './scenarios/stdio-hosts.js';

play(stdioHosts);

it('the scenarios over stdio leave no process behind', async () => {
  await expect.poll(() => process.getActiveResourcesInfo()).not.toContain('ProcessWrap');
});
