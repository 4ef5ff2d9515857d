import { execFileSync } from 'node:child_process';

const ip = (...args: string[]) => execFileSync('ip', args);
const tc = (...args: string[]) => execFileSync('tc', args);

/** A line that ends nowhere. */
const NOWHERE = 'nowhere';

/** Makes it possible to lose what is on its way in this network namespace. */
export function prepareLoss(): void {
  ip('link', 'add', 'name', NOWHERE, 'type', 'veth', 'peer', 'name', 'nothing');
  for (const end of [NOWHERE, 'nothing']) ip('link', 'set', end, 'up');
  tc('qdisc', 'add', 'dev', 'lo', 'clsact');
}

/**
 * Loses all that is sent to an address, on its way: the sender is not told. A route to nowhere would be another thing,
 * for then the kernel knows that it could not send.
 */
export function lose(address: string): void {
  const match = ['u32', 'match', 'ip', 'dst', `${address}/32`];
  const action = ['action', 'mirred', 'egress', 'redirect', 'dev', NOWHERE];
  tc('filter', 'add', 'dev', 'lo', 'ingress', 'protocol', 'ip', ...match, ...action);
}
