import { describe, expect, it } from 'vitest';
import { composed, service } from '../../support/composed.js';
import { diagnosis } from '../../support/doctor.js';

const waiting = (condition = 'service_healthy') =>
  service('waiting', 'waiting:1', 'restart: always', `depends_on: { other: { condition: ${condition} } }`);
const other = (image: string, ...lines: readonly string[]) =>
  service('other', image, 'restart: always', ...lines);

const BROKEN: Readonly<Record<string, readonly string[]>> = {
  'PMCP-D448': [
    'redis:8',
    'docker.io/library/redis:8-alpine',
    'prom/pushgateway:v1.11.1',
    'grafana/grafana:12.0.2',
    'nginx:1.28',
  ],
};

describe('the doctor before a service of Compose that waits for another', () => {
  it.concurrent.each(
    Object.entries(BROKEN).flatMap(([code, images]) => images.map((image) => ({ code, image }))),
  )('says $code: $image has no health check', async ({ code, image }) => {
    expect(await diagnosis({ manifests: composed(waiting() + other(image)) })).toEqual({
      [code]: ['service waiting waits until service other is healthy, and that has no health check'],
    });
  });

  const check = 'healthcheck: { test: [CMD, redis-cli, ping] }';
  it.concurrent.each([
    ['a health check', waiting() + other('redis:8', check), {}],
    ['an image that may have one', waiting() + other('registry.example.com/redis:8'), {}],
    ['an image that is built here', waiting() + other('redis:8', 'build: .'), {}],
    ['what it only starts after', waiting('service_started') + other('redis:8'), {}],
    ['a service of another file', waiting(), {}],
    [
      'a health check in another file',
      waiting() + other('redis:8'),
      { 'compose.override.yaml': `services:\n  other:\n    ${check}\n` },
    ],
    [
      'a list of services',
      service('waiting', 'waiting:1', 'restart: always', 'depends_on: [other]') + other('redis:8'),
      {},
    ],
  ])('finds nothing wrong with %s', async (_, services, files) => {
    expect(await diagnosis({ manifests: composed(services, files) })).toEqual({});
  });
});
