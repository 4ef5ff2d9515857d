import { afterAll, describe } from 'vitest';
import { playShared } from '../scenarios/play.js';
import { proxiedHosts } from '../scenarios/proxied-hosts.js';
import { isAbsent } from '../scenarios/row.js';
import { rows } from '../scenarios/table.js';
import { agreed } from '../signals/exported.js';

describe.each(proxiedHosts)('$title', (host) => {
  afterAll(() => host.stop());
  const present = rows.filter((row) => !isAbsent(host, row));
  playShared(host, present, agreed);
});
