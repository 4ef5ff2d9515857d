import type { Check } from '../../check.js';
import { connects } from '../../net/connect.js';

export const reachable: Check = {
  code: 'PMCP-D001',
  group: 'server',
  title: 'Somebody listens at the address of the server.',
  why: 'Nobody can use a server whose port is closed, whatever its metrics say.',
  cure: 'Start the server, let it listen on an address that clients reach (`HOST=0.0.0.0` in a container), and check the port of its Service, Ingress or `ports:`.',
  needs: ['url'],
  rights: 'A connection to the address of the server.',
  severity: 'fail',
  async run({ settings: { url }, limits }) {
    try {
      await connects(url!, limits.patience);
      return [];
    } catch (error) {
      return [{ found: `nobody listens at ${url!.host}: ${(error as Error).message}` }];
    }
  },
};
