import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { INetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1';
import type { IService } from 'kubernetes-models/v1';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../fixtures/temporary-folder.js';
import type { Container } from '../../manifests/manifests.js';
import { runHttpProxy } from '../../support/http-proxy.js';
import { connectClient, startHttpServer } from '../../support/http-server.js';
import { LEAST, rendered, WITH_PROXY } from '../support/chart.js';
import { argumentsOf, environment, podOf } from '../support/pod.js';
import { merged } from '../support/switches.js';

const AUDITED = { audit: { enabled: true } };

async function probed(
  { startupProbe, livenessProbe, readinessProbe }: Container,
  admin: string,
): Promise<void> {
  for (const probe of [startupProbe, livenessProbe, readinessProbe]) {
    expect(probe?.httpGet?.port).toBe('metrics');
    expect((await fetch(`${admin}${probe?.httpGet?.path}`)).status).toBe(200);
  }
}

/** One record for the call, in the file that the chart names after the pod. */
function expectRecord(folder: string): void {
  expect(readdirSync(folder)).toContain('notes-1.jsonl');
  expect(readFileSync(join(folder, 'notes-1.jsonl'), 'utf8')).toContain('"wait"');
}

describe('the containers of the chart', () => {
  it('start a server as a kubelet would: its probes are answered, and its calls are on the audit volume', async () => {
    const [container] = podOf(await rendered(merged(LEAST, AUDITED))).containers;
    const folder = temporaryFolder('audit');
    const server = await startHttpServer({}, environment(container!, folder));
    await probed(container!, server.admin);
    const client = await connectClient(server.mcpUrl);
    await client.callTool({ name: 'wait', arguments: { ms: 1 } });
    await client.close();
    server.child.kill();
    await server.ended;
    expectRecord(folder);
  });

  it('start the proxy as a kubelet would, in front of a server that knows nothing of it', async () => {
    const values = merged(merged(LEAST, AUDITED), { proxy: WITH_PROXY });
    const pod = podOf(await rendered(values));
    const proxy = pod.initContainers?.[0] as Container;
    const server = await startHttpServer();
    const folder = temporaryFolder('audit');
    const running = await runHttpProxy(argumentsOf(proxy, folder, server.mcpUrl), environment(proxy, folder));
    await probed(proxy, `http://127.0.0.1:${running.port}`);
    const client = await connectClient(new URL('/mcp', running.url));
    await client.callTool({ name: 'wait', arguments: { ms: 1 } });
    await client.close();
    await running.stop();
    server.child.kill();
    await server.ended;
    expectRecord(folder);
  });

  it('end in an order that loses no request: the server serves until the proxy had its time', async () => {
    const pod = podOf(await rendered(merged(LEAST, { proxy: WITH_PROXY, shutdown: { drainSeconds: 60 } })));
    const [server] = pod.containers;
    expect(server?.lifecycle?.preStop?.sleep?.seconds).toBeGreaterThan(10 + 60);
    expect(pod.terminationGracePeriodSeconds).toBeGreaterThan(
      server!.lifecycle!.preStop!.sleep!.seconds + 10,
    );
  });

  it('are reached by number behind the proxy: older versions of Kubernetes know no names of its ports', async () => {
    const values = { proxy: { ...WITH_PROXY, port: 8082 }, networkPolicy: { from: [{ podSelector: {} }] } };
    const objects = await rendered(merged(LEAST, values));
    const service = objects.find(({ kind }) => kind === 'Service') as unknown as IService;
    const policy = objects.find(({ kind }) => kind === 'NetworkPolicy') as unknown as INetworkPolicy;
    expect(service.spec?.ports?.map(({ targetPort }) => targetPort)).toEqual([8082]);
    const ports = policy.spec?.ingress?.flatMap(({ ports = [] }) => ports.map(({ port }) => port));
    expect(ports).toEqual([8082, 9090]);
  });
});
