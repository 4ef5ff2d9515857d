import type { Finding } from '../../check.js';
import { isMade } from '../../facts/keys.js';
import { type Manifest, valueAt } from '../../facts/manifests.js';
import { covers, type ServedHost, servedHosts } from '../../facts/served-hosts.js';
import { objectCheck } from './define.js';

export const certificatesFitHosts = objectCheck(
  {
    code: 'PMCP-D433',
    title: 'The certificate that clients get is for the host that they use.',
    why: 'A client refuses a certificate of another name: it says so, and nothing on the server does. A wildcard stands for one part of a name: `*.example.com` is not for `a.b.example.com`.',
    cure: 'Add the host to `dnsNames` of the Certificate, or let the Ingress or the listener name the Secret that the right Certificate writes.',
    severity: 'fail',
  },
  ['Ingress', 'HTTPRoute', 'GRPCRoute'],
  (one, _servers, all): Finding[] =>
    servedHosts(one, all).flatMap((served) => {
      const fault = faultOf(served, all);
      return fault === undefined
        ? []
        : [
            {
              found: `${one.kind} ${one.name} serves ${served.host}, and ${fault}`,
              where: one.at(served.path),
            },
          ];
    }),
);

function faultOf({ host, secrets }: ServedHost, all: readonly Manifest[]): string | undefined {
  const certificates = all.filter(({ kind }) => kind === 'Certificate');
  const writers = secrets.map((secret) => certificates.filter((one) => secretOf(one) === secret));
  const isFor = (one: Manifest) => namesOf(one).some((name) => covers(name, host));
  if (secrets.length === 0 || writers.flat().some(isFor)) return undefined;
  const wrong = writers.flat()[0];
  // A Secret without a Certificate may hold anything, unless nothing makes it and another one is for the host.
  if (wrong !== undefined && writers.every((some) => some.length > 0))
    return `its Certificate ${wrong.name} is for ${namesOf(wrong).join(', ')}`;
  const right = certificates.find(isFor);
  const isElsewhere = secrets.some((secret) => isMade(secret, all));
  if (right === undefined || wrong !== undefined || isElsewhere) return undefined;
  return `takes Secret ${secrets.join(', ')}, while its Certificate ${right.name} writes Secret ${secretOf(right)}`;
}

function namesOf({ content }: Manifest): string[] {
  const { dnsNames = [], commonName } = (content.spec ?? {}) as {
    readonly dnsNames?: readonly string[];
    readonly commonName?: string;
  };
  return [...dnsNames, ...(commonName === undefined ? [] : [commonName])];
}

function secretOf({ content }: Manifest): unknown {
  return valueAt(content, ['spec', 'secretName']);
}
