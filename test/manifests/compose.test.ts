import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { resolveOptions } from '../../packages/observability/src/options.js';
import { compose, FOLDER, guarded, networksOf, services } from './compose.js';

const schema = JSON.parse(
  readFileSync(join(import.meta.dirname, '../vendor/compose-spec/compose-spec.json'), 'utf8'),
);
const fits = new Ajv2020({ strict: false, validateFormats: false }).compile(schema);

/** Bind mounts as they are written: source, target, options. */
const mounts = [...Object.values(compose.services), ...Object.values(guarded.services)].flatMap((service) =>
  (service.volumes ?? []).filter((volume) => volume.startsWith('.')).map((volume) => volume.split(':')),
);

describe('the compose file', () => {
  it('fits the schema of the Compose specification, which also rejects wrong files', () => {
    for (const file of [compose, guarded]) expect(fits(file), JSON.stringify(fits.errors)).toBe(true);
    expect(fits({ services: { a: { imag: 'b' } } })).toBe(false);
    expect(fits({ services: { a: { image: 'b', ports: 'c' } } })).toBe(false);
  });

  it('mounts every file beside it, read-only, and no missing file', () => {
    expect(mounts.filter(([from = '']) => !existsSync(join(FOLDER, from)))).toEqual([]);
    expect(mounts.filter(([, , options]) => options !== 'ro')).toEqual([]);
    const own = mounts.map(([from = '']) => from).filter((from) => from.startsWith('./'));
    const mounted = own.map((from) => from.split('/')[1]);
    const beside = readdirSync(FOLDER).filter(
      (name) =>
        !['compose.yaml', 'compose.guarded.yaml', 'README.md', '.env', 'certificates.sh', 'secrets'].includes(
          name,
        ),
    );
    expect([...new Set(mounted)].sort()).toEqual(beside.sort());
  });

  it('declares the volumes that it uses', () => {
    const used = services
      .flatMap(({ service }) => service.volumes ?? [])
      .filter((volume) => !volume.startsWith('.'))
      .map((volume) => volume.split(':')[0]);
    expect(Object.keys(compose.volumes).sort()).toEqual(used.sort());
  });

  it('has executable scripts', () => {
    for (const script of ['postgres/exporter.sh', 'certificates.sh'])
      expect(statSync(join(FOLDER, script)).mode & 0o111).not.toBe(0);
  });
});

const VERSION = /:v?\d+\.\d+(\.\d+)?(-\w+)?$/;
const PINNED = /:v?\d+\.\d+(\.\d+)?(-\w+)?@sha256:[0-9a-f]{64}$/;

describe('every service', () => {
  it.each(services)(
    '$name has an image of one version, with a digest if it is not ours',
    ({ name, service }) => {
      // One is built here, and the digest of the other is not known.
      const isNamedOnly = service.build !== undefined || name === 'redis-exporter';
      expect(service.image).toMatch(isNamedOnly ? VERSION : PINNED);
    },
  );

  it.each(services)('$name runs without privileges', ({ service }) => {
    expect(service.cap_drop).toEqual(['ALL']);
    expect(service.security_opt).toEqual(['no-new-privileges:true']);
    // For an image that is built here, the Dockerfile sets the user.
    if (service.build) return;
    expect(service.user).toMatch(/^(?!0\b|root\b)./);
  });

  it.each(services)('$name is published on loopback at most', ({ service }) => {
    for (const port of service.ports ?? []) expect(port).toMatch(/^127\.0\.0\.1:\d+:\d+$/);
  });

  it.each(services)('$name has no password of its own', ({ service }) => {
    const secrets = Object.entries(service.environment ?? {}).filter(([name]) =>
      /PASS|SECRET|TOKEN/.test(name),
    );
    for (const [, value] of secrets) expect(value).toMatch(/^\$\{[A-Z_]+:\?.+\}$/);
  });

  it.each(services)('$name has a health check', ({ name, service }) => {
    const { test, disable } = service.healthcheck ?? {};
    // The first has its check in the image; the image of the other has no program for a check.
    if (name === 'notes') expect(service.healthcheck).toBeUndefined();
    else if (name === 'otel-collector') expect(disable).toBe(true);
    else expect(test?.[0]).toBe('CMD');
  });

  it.each(services)('$name waits only for services with a health check', ({ service }) => {
    for (const other of Object.keys(service.depends_on ?? {})) {
      expect(compose.services[other]?.healthcheck?.test).toBeDefined();
    }
  });
});

describe('databases', () => {
  it('are unreachable from outside, and cannot connect to the outside', () => {
    expect(compose.networks.data).toEqual({ internal: true });
    for (const name of ['postgres', 'redis']) {
      expect(networksOf(compose.services[name]!)).toEqual(['data']);
      expect(compose.services[name]?.ports).toBeUndefined();
    }
  });
});

describe('the notes server', () => {
  it('gets enough time for its drain', () => {
    const { deadlineMs } = resolveOptions({}, {}).shutdown;
    const grace = compose.services.notes?.stop_grace_period ?? '';
    expect(grace).toMatch(/^\d+s$/);
    expect(Number.parseInt(grace, 10) * 1000).toBeGreaterThan(deadlineMs);
  });

  it('is built by its Dockerfile', () => {
    const { context, dockerfile } = compose.services.notes!.build!;
    expect(existsSync(join(FOLDER, context, dockerfile))).toBe(true);
  });
});
