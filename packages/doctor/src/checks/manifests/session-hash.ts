import { readFileSync, statSync } from 'node:fs';
import type { Finding } from '../../check.js';
import { allComposeServices } from '../../facts/compose.js';
import { mountsOf } from '../../facts/compose-mounts.js';
import { composeServices } from '../../facts/compose-servers.js';
import { valueAt } from '../../facts/manifests.js';
import { HASHING_KINDS, sessionHashAt, sessionHashIn } from '../../facts/session-hash.js';
import { filesCheck, objectCheck } from './define.js';

const HASH = {
  why: 'The request that opens a session has no id yet. So one process makes the session, and the hash of its id leads to another, which answers 404: with two of them every second session is lost.',
  severity: 'fail',
} as const;

export const noPodIsChosenByTheSession = objectCheck(
  {
    ...HASH,
    code: 'PMCP-D438',
    title: 'No pod is chosen by a hash of `Mcp-Session-Id`.',
    cure: 'Hash what all requests of a client have, as `nginx.ingress.kubernetes.io/upstream-hash-by: $binary_remote_addr`, or let the proxy put the pod into the id ([Gateways](https://github.com/pmcp/observability/blob/main/docs/gateways.md)).',
  },
  HASHING_KINDS,
  (manifest, servers) => {
    const isShared = servers.some(
      ({ manifest: { content } }) => valueAt(content, ['spec', 'replicas']) !== 1,
    );
    const path = isShared ? sessionHashAt(manifest) : undefined;
    const found = `${manifest.kind} ${manifest.name} chooses the pod by a hash of Mcp-Session-Id, which the request that opens a session does not have`;
    return path === undefined ? [] : [{ found, where: manifest.at(path) }];
  },
);

/** Larger files are no configuration. */
const MOST_BYTES = 256 * 1_024;

export const noProcessIsChosenByTheSession = filesCheck({
  ...HASH,
  code: 'PMCP-D439',
  title: 'In Compose, no proxy chooses a server by a hash of `Mcp-Session-Id`.',
  cure: 'Let the proxy learn which server has answered with which id, or hash the address of the client: [the examples](https://github.com/pmcp/observability/tree/main/examples/load-balancing) do.',
  rights: 'To read the files, and the configuration of nginx and HAProxy that they mount.',
  async run(context) {
    const servers = await context.get(composeServices);
    const all = await context.get(allComposeServices);
    const proxies =
      servers.length === 0 ? [] : all.filter(({ spec }) => /nginx|haproxy|openresty/.test(spec.image ?? ''));
    return proxies.flatMap((proxy): Finding[] =>
      (mountsOf(proxy, all) ?? []).flatMap(({ source }) => {
        const line = source === undefined ? undefined : sessionHashIn(read(source));
        const found = `service ${proxy.name} chooses a server by a hash of Mcp-Session-Id, which the request that opens a session does not have: \`${line}\``;
        return line === undefined ? [] : [{ found, where: { file: source! } }];
      }),
    );
  },
});

function read(file: string): string {
  try {
    const stat = statSync(file);
    return stat.isFile() && stat.size < MOST_BYTES ? readFileSync(file, 'utf8') : '';
  } catch {
    return '';
  }
}
