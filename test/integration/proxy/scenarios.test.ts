import { catalog } from '@pmcp/observability/catalog';
import { afterAll, describe, expect, it } from 'vitest';
import { total } from '../scenarios/metrics.js';
import { playShared } from '../scenarios/play.js';
import { proxiedHosts } from '../scenarios/proxied-hosts.js';
import { isAbsent } from '../scenarios/row.js';
import { rows } from '../scenarios/table.js';
import { agreed } from '../signals/exported.js';

describe.each(proxiedHosts)('$title', (host) => {
  afterAll(() => host.stop());
  const present = rows.filter((row) => !isAbsent(host, row));
  playShared(host, present, agreed);

  it.runIf(host.isShared)('has nothing in flight after its clients have disconnected', async () => {
    const { metrics } = await host.open();
    const inFlight = async () => total(await metrics(), catalog.requestsInFlight);
    await expect.poll(inFlight).toBe(0);
  });
});
