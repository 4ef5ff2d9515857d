/**
 * Prints which series a real HTTP server of 50 tools has in a Prometheus with all rules, and who reads them. No call
 * fails, and every tool is called.
 *
 *     npx tsx bench/prometheus/series.ts
 */
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { toNodeHandler } from '@modelcontextprotocol/node';
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server';
import { createObservability } from '@pmcp/observability';
import { ruleGroups } from '../../alerts/groups.js';
import { ruleFile } from '../../alerts/output/rules.js';
import { allDashboards } from '../../dashboards/dashboards.js';
import type { HistogramForm } from '../../prometheus/promql.js';
import { prometheusConfig } from '../../prometheus/scrape/config.js';
import { flags } from '../../prometheus/scrape/flags.js';
import type { Options } from '../../prometheus/scrape/options.js';
import { Children } from '../../scripts/start/children.js';
import { Prometheus } from '../../scripts/start/prometheus.js';
import { metricsOf } from '../../test/dashboards/metrics.js';
import type { Dashboard } from '../../test/dashboards/model.js';
import { selectorsOf } from '../../test/dashboards/promql.js';
import { ofGeneration } from '../../test/support/generation.js';

const TOOLS = 50;
const ROUNDS = 30;
/** Windows of 5 minutes last as long as six scrapes. */
const SCALE = 0.02;

const WAYS: Readonly<Record<string, Partial<Options>>> = {
  classic: {},
  nhcb: { histograms: 'nhcb' },
  'native and classic': { histograms: 'native', keepClassicHistograms: true },
  native: { histograms: 'native' },
  'native, omitZeros': { histograms: 'native', omitZeros: true },
  'native, omitZeros, dropUnread': { histograms: 'native', omitZeros: true, dropUnread: true },
};

const children = new Children((message) => process.stderr.write(`${message}\n`));
const toolkit = createObservability({ metrics: { port: false }, log: { level: 'off' } });

function server(): McpServer {
  const server = new McpServer({ name: 'fifty', version: '1.0.0' });
  for (let tool = 0; tool < TOOLS; tool++)
    server.registerTool(`tool_${tool}`, {}, () => ({ content: [{ type: 'text', text: 'done' }] }));
  return toolkit.observe(server);
}

async function listening(server: Server): Promise<string> {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const formOf = ({ histograms }: Partial<Options>) => (histograms ? 'native' : 'classic');

async function watch(target: string, more: Partial<Options>): Promise<Prometheus> {
  const options: Options = {
    interval: '1s',
    timeout: '1s',
    targets: [{ job: 'pmcp', targets: [target] }],
    ruleFiles: ['rules.yaml'],
    ...more,
  };
  const rules = ruleFile(ruleGroups({ histograms: formOf(more), scale: SCALE, scrapeInterval: '1s' }));
  const spawn = children.start.bind(children);
  const need = flags(options).filter((flag) => flag.startsWith('--enable-feature'));
  return ofGeneration('3', () =>
    Prometheus.startWith(prometheusConfig(options), spawn, { flags: need, files: { 'rules.yaml': rules } }),
  );
}

/** Who reads a metric, by the text of every rule and panel. */
function readers(histograms: HistogramForm): (metric: string) => string {
  const groups = ruleGroups({ histograms });
  const inRules = groups.flatMap(({ rules }) => rules.flatMap(({ expr }) => selectorsOf(expr)));
  const rules = new Set(inRules.map(({ metric }) => metric));
  const panels = new Set((allDashboards(histograms) as unknown as Dashboard[]).flatMap(metricsOf));
  return (metric) =>
    [rules.has(metric) && 'rules', panels.has(metric) && 'panels'].filter(Boolean).join(', ') || 'no one';
}

const mcp = createServer(toNodeHandler(createMcpHandler(server)) as RequestListener);
const admin = createServer(toolkit.handler);
try {
  const [url, target] = [await listening(mcp), await listening(admin)];
  const watching = Object.entries(WAYS).map(async ([way, more]) => [way, await watch(target, more)] as const);
  const found = await Promise.all(watching);
  const client = new Client({ name: 'caller', version: '1.0.0' });
  await client.connect(new StreamableHTTPClientTransport(new URL(`http://${url}/mcp`)));
  await client.listTools();
  for (let round = 0; round < ROUNDS; round++) {
    for (let tool = 0; tool < TOOLS; tool++) await client.callTool({ name: `tool_${tool}`, arguments: {} });
    await delay(1_000);
  }
  for (const [way, prometheus] of found) {
    const readBy = readers(formOf(WAYS[way]!));
    const rows = await prometheus.query('sort_desc(count by (__name__) ({job="pmcp"}))');
    const all = rows.reduce((sum, { value }) => sum + value, 0);
    process.stdout.write(`\n${way}: ${all} series\n\n| series | metric | read by |\n| --- | --- | --- |\n`);
    for (const { labels, value } of rows)
      process.stdout.write(`| ${value} | \`${labels.__name__}\` | ${readBy(labels.__name__ ?? '')} |\n`);
  }
  await client.close();
} finally {
  await children.stop();
  for (const one of [mcp, admin]) one.close().closeAllConnections();
  await toolkit.shutdown();
}
