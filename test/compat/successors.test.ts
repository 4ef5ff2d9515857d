import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Project } from './project.js';

/** The output of the application `successors.mjs`, which needs a newer Node than the toolkit. */
interface Said {
  readonly spans: readonly string[];
  /** Our page, and the application's own page in OpenMetrics. */
  readonly page: string;
  readonly theirs: string;
  readonly warnings: readonly string[];
}

const CALLED = 'pmcp_requests_total{method="tools/call",name="hello",outcome="ok"} 1';

describe.each(['node@22', 'node@24'])(
  'an application with the successors of our dependencies, under %s',
  (node) => {
    let project: Project;
    let said: Said;
    beforeAll(async () => {
      project = await Project.create();
      await project.copy('test/fixtures/successors.mjs', 'server.mjs');
      await project.install([
        node,
        '@modelcontextprotocol/sdk@1.32',
        '@opentelemetry/api@^1.10',
        '@opentelemetry/sdk-trace@3',
        '@prometheus-io/client',
      ]);
      said = JSON.parse(await project.run('node', ['server.mjs']));
    });
    afterAll(() => project.remove());

    it('gets our spans through its OpenTelemetry 3.x', () => {
      expect(said.spans).toContain('tools/call hello');
      expect(said.warnings).toEqual([]);
    });

    it('has our metrics, its own and those of the runtime in a registry of @prometheus-io/client', () => {
      expect(said.page.split('\n')).toEqual(expect.arrayContaining([CALLED, 'shop_orders_total 1']));
      expect(said.page).toMatch(/^process_cpu_user_seconds_total \d/m);
    });

    it('names counters correctly when it renders that registry in OpenMetrics', () => {
      expect(said.theirs.split('\n')).toEqual(expect.arrayContaining([CALLED, 'shop_orders_total 1']));
      expect(said.theirs).not.toContain('_total_total');
    });
  },
);
