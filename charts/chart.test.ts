import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { initialValues, valuesSchema } from './render.js';
import { isSection, type Values } from './value.js';
import { values } from './values/all.js';

const CHART = join(import.meta.dirname, 'pmcp-server');
const read = (path: string) => readFileSync(join(CHART, path), 'utf8');
const templates = readdirSync(join(CHART, 'templates'))
  .map((name) => read(`templates/${name}`))
  .join('\n');

/** `(?i:…)` is a pattern that Helm understands and JavaScript of today does not. */
const schema = JSON.parse(JSON.stringify(valuesSchema(values)).replace('(?i:', '(?:'));
const check = new Ajv2020({ allErrors: true, strict: false }).compile(schema);

function paths(entries: Values, prefix = ''): string[] {
  return Object.entries(entries).flatMap(([name, entry]) =>
    isSection(entry) ? paths(entry.values, `${prefix}${name}.`) : `${prefix}${name}`,
  );
}

describe('the values of the chart', () => {
  it('are those of the schema, and the schema knows no others', () => {
    expect(check(parse(read('values.yaml')))).toBe(true);
    expect(parse(read('values.yaml'))).toEqual(initialValues(values));
    for (const wrong of [{ replicas: 2 }, { image: { digset: '' } }, { metrics: { tls: { secret: '' } } }])
      expect(check(wrong), JSON.stringify(wrong)).toBe(false);
  });

  it('hold no secret', () => {
    const env = (...env: object[]) => check({ env });
    expect(env({ name: 'LOG_LEVEL', value: 'info' })).toBe(true);
    expect(env({ name: 'PMCP_AUDIT_KEY_FILE', value: '/etc/key' })).toBe(true);
    expect(env({ name: 'API_TOKEN', valueFrom: { secretKeyRef: { name: 'a', key: 'b' } } })).toBe(true);
    for (const name of ['API_TOKEN', 'DB_PASSWORD', 'SECRET', 'API_KEY'])
      expect(env({ name, value: 'x' })).toBe(false);
  });

  it('are all used in templates, which use no others', () => {
    const used = [...templates.matchAll(/\.Values\.([\w.]+)/g)].map(([, path = '']) => path);
    const known = paths(values);
    const isPart = (path: string) => known.some((one) => one === path || one.startsWith(`${path}.`));
    expect(used.filter((path) => !isPart(path))).toEqual([]);
    const covered = (path: string) => used.some((one) => path === one || path.startsWith(`${one}.`));
    expect(known.filter((path) => !covered(path))).toEqual([]);
  });
});

describe('the chart', () => {
  it('has the version of the library, and a name for a registry', () => {
    const { version } = JSON.parse(readFileSync('packages/observability/package.json', 'utf8'));
    expect(parse(read('Chart.yaml'))).toMatchObject({ name: 'pmcp-server', version, appVersion: version });
  });

  it.each([
    ['backup', 'backup'],
    ['redisBackup', 'redis-backup'],
  ])('makes a %s with the image of the example', (name, folder) => {
    const example = readFileSync(`examples/kubernetes/${folder}/cron-job.yaml`, 'utf8');
    const [, repository, tag, digest] = /image: (\w+):(\S+)@(sha256:\w+)/.exec(example)!;
    expect(initialValues(values)[name]).toMatchObject({ image: { repository, tag, digest } });
  });

  it('has all dashboards, which Grafana finds under their own names', () => {
    const names = readdirSync(join(CHART, 'files/dashboards'));
    const shipped = readdirSync('dashboards/generated').filter((name) => name.endsWith('.json'));
    expect(names).toEqual(shipped);
  });
});
