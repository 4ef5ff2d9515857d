import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { validate } from 'dockerfile-utils';
import { describe, expect, it } from 'vitest';
import { resolveOptions } from '../../packages/observability/src/options.js';
import { runHttpProxy } from '../support/http-proxy.js';
import { type Container, env, FOLDER, get, port, preStop } from './manifests.js';

const { metrics, shutdown } = resolveOptions({}, {});
const pod = get('Deployment', 'sidecar/deployment.yaml').spec!.template!.spec!;
const [server, proxy] = pod.containers as [Container, Container];
const option = (name: string) => proxy.command?.at(proxy.command.indexOf(name) + 1);

describe('the deployment with the proxy', () => {
  it('sends clients and Prometheus to the proxy, and only the proxy to the server', () => {
    expect(server.ports).toBeUndefined();
    expect(env(server, 'LISTEN')?.value).toMatch(/^127\.0\.0\.1:/);
    expect(option('--upstream')).toBe(`http://${env(server, 'LISTEN')?.value}`);
    expect(option('--listen')).toBe(`0.0.0.0:${port(proxy, 'http')}`);
    expect(get('Service', 'sidecar/service.yaml').spec?.ports?.[0]?.targetPort).toBe('http');
    expect(port(proxy, 'metrics')).toBe(metrics.port);
  });

  it('runs a valid command, and answers its probes', async () => {
    const args = proxy.command?.slice(1).map((arg) => arg.replace(/^0\.0\.0\.0:\d+$/, '127.0.0.1:0')) ?? [];
    const running = await runHttpProxy([...args, '--metrics-port', '0']);
    const { status } = await fetch(`http://127.0.0.1:${running.port}${proxy.livenessProbe?.httpGet?.path}`);
    await running.stop();
    expect(status).toBe(200);
  });

  it('keeps the server until the proxy has drained', () => {
    expect(preStop(server)).toBeGreaterThan(preStop(proxy) + shutdown.deadlineMs / 1000);
    expect(pod.terminationGracePeriodSeconds).toBeGreaterThan(preStop(server));
  });
});

describe('the image of the proxy', () => {
  const dockerfile = readFileSync(join(FOLDER, 'sidecar/Dockerfile'), 'utf8');

  it('passes its linter, and runs as a user without privileges', () => {
    expect(validate(dockerfile)).toEqual([]);
    expect(dockerfile).toContain('\nUSER 1001:1001\n');
  });

  it('limits the young generation of the heap like the manifest, for other ways to start it', () => {
    const options = env(proxy, 'NODE_OPTIONS')?.value;
    expect(options).toMatch(/--max-semi-space-size=\d+/);
    expect(dockerfile).toContain(`\nENV NODE_OPTIONS=${options}\n`);
  });

  it('pins its base image by digest', () => {
    expect(dockerfile).toMatch(/^FROM node:\d+\.\d+\.\d+-[\w-]+@sha256:[0-9a-f]{64}$/m);
  });

  it('is tagged with the version of its package', () => {
    const versions = dockerfile.match(/(?<=@pmcp\/\w+@)\S+/g) ?? [];
    expect(versions).toHaveLength(2);
    for (const version of versions)
      expect(proxy.image).toBe(`registry.example.com/pmcp-observability:${version}`);
  });
});
