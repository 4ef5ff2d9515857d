import { describe, expect, it } from 'vitest';
import { composed, service } from '../../support/composed.js';
import { diagnosis } from '../../support/doctor.js';
import { type Change, manifests, POD_MONITOR } from '../../support/monitored-manifests.js';

const test = (words: string) => `healthcheck: { test: ${words} }`;
const CURL = test("[CMD, curl, -f, 'http://127.0.0.1:3000/health']");
const WGET = test("[CMD, wget, --quiet, --spider, 'http://127.0.0.1:3000/health']");
const beside = (image: string, ...lines: readonly string[]) =>
  service('other', image, 'restart: always', ...lines);

const BROKEN: readonly (readonly [services: string, found: string])[] = [
  [beside('node:22-slim', CURL), 'curl, which node:22-slim does not have'],
  [beside('node:22-slim', WGET), 'wget, which node:22-slim does not have'],
  [
    beside('docker.io/library/python:3.13-slim-bookworm', CURL),
    'curl, which docker.io/library/python:3.13-slim-bookworm does not have',
  ],
  [beside('node:22-alpine', CURL), 'curl, which node:22-alpine does not have'],
  [
    beside('node:22-slim', test('curl -f http://127.0.0.1:3000/health')),
    'curl, which node:22-slim does not have',
  ],
  [
    beside('node:22-slim', test("[CMD-SHELL, 'curl -f http://127.0.0.1:3000/health || exit 1']")),
    'curl, which node:22-slim does not have',
  ],
  [
    beside('node:22-slim', test("[CMD, sh, -c, 'curl -f http://127.0.0.1:3000/health']")),
    'curl, which node:22-slim does not have',
  ],
  [
    beside(
      'prom/prometheus:v3.5.0',
      CURL,
      'command: [--config.file=/prometheus.yml]',
      "volumes: ['./prometheus.yml:/prometheus.yml']",
    ),
    'curl, which prom/prometheus:v3.5.0 does not have',
  ],
  [
    beside('gcr.io/distroless/nodejs22-debian12', CURL),
    'curl, which gcr.io/distroless/nodejs22-debian12 does not have',
  ],
  [
    `${beside('node:22-slim', CURL)}${service('web', 'caddy:2', 'depends_on: { other: { condition: service_healthy } }')}`,
    'curl, which node:22-slim does not have, so that web never starts',
  ],
];

const HEALTHY: Readonly<Record<string, string>> = {
  'a check of Node.js in its slim image': beside(
    'node:22-slim',
    test('[CMD, node, -e, "fetch(\'http://127.0.0.1:3000\')"]'),
  ),
  'curl in the full image of Node.js': beside('node:22', CURL),
  'wget in Alpine': beside('node:22-alpine', WGET),
  'wget in Prometheus': beside(
    'prom/prometheus:v3.5.0',
    WGET,
    'command: [--config.file=/prometheus.yml]',
    "volumes: ['./prometheus.yml:/prometheus.yml']",
  ),
  'curl in nginx': beside('nginx:1.29-alpine', CURL),
  'an image that is built here': beside('node:22-slim', CURL, 'build: .'),
  'an image that nobody knows': beside('registry.example.com/node:22-slim', CURL),
  'another image that a variable chooses': beside(`node:${'$'}{TAG}`, CURL),
  'a command that installs it': beside(
    'node:22-slim',
    CURL,
    "command: [sh, -c, 'apt-get update && apt-get install -y curl && node server.mjs']",
  ),
  'a script that tries another program': beside(
    'node:22-alpine',
    test("[CMD-SHELL, 'curl -f http://a/ || wget -q http://a/']"),
  ),
  'no check': beside('node:22-slim', 'healthcheck: { disable: true }'),
  'a check that is switched off': beside('node:22-slim', test('[NONE]')),
};

const IMAGE = 'image: registry.example.com/notes:1.0.0';
const probing = (image: string, command: string): readonly Change[] => [
  [IMAGE, `image: ${image}`],
  [
    / {10}readinessProbe:\n {12}httpGet:\n.*\n.*\n/,
    `          readinessProbe:\n            exec: { command: ${command} }\n`,
  ],
];

describe('the doctor before a health check with a command', () => {
  it.concurrent.each(BROKEN)('says which program is missing: %#', async (services, found) => {
    expect(await diagnosis({ manifests: composed(services) })).toEqual({
      'PMCP-D435': [`service other is never healthy: its check runs ${found}`],
    });
  });

  it.concurrent.each(Object.entries(HEALTHY))('finds nothing wrong with %s', async (_, services) => {
    expect(await diagnosis({ manifests: composed(services) })).toEqual({});
  });

  it('says the same of a probe', async () => {
    const changes = probing('node:22.11.0-slim', '[curl, -f, "http://127.0.0.1:9090/health/ready"]');
    expect(await diagnosis({ manifests: manifests(POD_MONITOR, changes) })).toMatchObject({
      'PMCP-D436': [
        'Deployment notes: readinessProbe of container notes runs curl, which node:22.11.0-slim does not have',
      ],
    });
  });

  it.each([
    ['node:22.11.0-alpine', '[wget, -q, --spider, "http://127.0.0.1:9090/health/ready"]'],
    ['node:22.11.0-slim', '[node, /app/ready.mjs]'],
    ['notes:1.0.0', '[curl, -f, "http://127.0.0.1:9090/health/ready"]'],
  ])('finds no program missing in %s that runs %s', async (image, command) => {
    const found = await diagnosis({ manifests: manifests(POD_MONITOR, probing(image, command)) });
    expect(Object.keys(found)).not.toContain('PMCP-D436');
  });
});
