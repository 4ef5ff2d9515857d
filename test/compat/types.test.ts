import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Project } from './project.js';

const CODE = `
import { checks, createObservability, type HealthCheck, observe, type Options } from '@pmcp/observability';
import { catalog } from '@pmcp/observability/catalog';
const options: Options = { metrics: { port: false, runtime: false } };
const { health, logger, registry } = createObservability(options);
const own: HealthCheck = { name: 'own', gatesReadiness: false, run: async () => {} };
health.add(own);
health.add(checks.tcp({ name: 'self', host: '127.0.0.1', port: 1 }));
const names: string[] = Object.values(catalog).map((metric) => metric.name);
const server = observe({ connect: async (_transport: object) => {} });
logger.info({ names: names.length }, typeof server.connect);
registry.metrics().then((text) => process.exit(text.includes('pmcp_') ? 0 : 1));
`;

let project: Project;
beforeAll(async () => {
  project = await Project.create();
  await project.install(['typescript@5.9', '@types/node@22']);
  // Most projects do not use it.
  await rm(join(project.folder, 'node_modules/@pmcp/otlp'), { recursive: true });
});
afterAll(() => project.remove());

describe('a TypeScript project', () => {
  it.each([
    ['commonjs', 'node16'],
    ['commonjs', 'nodenext'],
    ['module', 'node16'],
    ['module', 'nodenext'],
  ])('of type %s compiles strictly against our types, with module %s, and runs', async (type, module) => {
    await project.write('package.json', JSON.stringify({ type, private: true }));
    await project.write('app.ts', CODE);
    const options = ['--strict', '--module', module, '--target', 'es2022', '--types', 'node'];
    expect(await project.run('tsc', [...options, 'app.ts'])).toBe('');
    // It prints only its own log line, and no warning of Node or of our packages.
    const said = await project.run('node', ['app.js']);
    expect(
      said
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).msg),
    ).toEqual(['function']);
  });
});
