import { describe, expect, it } from 'vitest';
import { composed, service } from '../../support/composed.js';
import { diagnosis } from '../../support/doctor.js';

const opening = (name: string, ports: string, ...lines: readonly string[]) =>
  service(name, `${name}:1`, 'restart: always', `ports: [${ports}]`, ...lines);
const both = (one: string, other: string) => opening('one', one) + opening('other', other);

const BROKEN: Readonly<Record<string, readonly string[]>> = {
  'PMCP-D453': [
    both("'9090:9090'", "'9090:80'"),
    both("'127.0.0.1:9090:9090'", "'9090:80'"),
    both("'0.0.0.0:9090:9090'", "'127.0.0.1:9090:80/tcp'"),
    both("'8080:80', '9090:9090'", '{ target: 80, published: 9090 }'),
    both("{ target: 80, published: '9090', host_ip: 127.0.0.1 }", "'127.0.0.1:9090:80'"),
  ],
};

describe('the doctor before services of Compose that open ports of the machine', () => {
  const rows = Object.entries(BROKEN).flatMap(([code, all]) => all.map((services) => ({ code, services })));
  it.concurrent.each(rows)('says $code, $#', async ({ code, services }) => {
    expect(await diagnosis({ manifests: composed(services) })).toEqual({
      [code]: ['service other opens port 9090 of the machine, as service one does'],
    });
  });

  it.concurrent.each([
    ['different ports', both("'9091:9090'", "'9092:9090'"), {}],
    ['different addresses', both("'127.0.0.1:9090:80'", "'127.0.0.2:9090:80'"), {}],
    ['different protocols', both("'9090:80'", "'9090:80/udp'"), {}],
    ['ports that Docker chooses', both("'9090'", '9090'), {}],
    ['ports that a variable names', both("'$PORT:9090'", "'$PORT:9090'"), {}],
    ['profiles', opening('one', "'9090:80'") + opening('other', "'9090:80'", 'profiles: [debug]'), {}],
    [
      'another file',
      opening('one', "'9090:80'"),
      { 'compose.other.yaml': `services:\n${opening('other', "'9090:80'")}` },
    ],
  ])('finds nothing wrong with %s', async (_, services, files) => {
    expect(await diagnosis({ manifests: composed(services, files) })).toEqual({});
  });
});
