import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '../../scripts/free-port.js';
import { Children } from '../../scripts/start/children.js';
import { requireTool } from '../../scripts/tools/index.js';
import { until } from './until.js';

const VIEWER = join(import.meta.dirname, '../../packages/viewer/dist/cli.js');

/**
 * Runs the README's commands that show a server in a browser, on free ports.
 *
 * @param cli the packed command line of `pmcp-observability`
 * @param metricsPort the port of the running server, instead of the README's 9090
 * @returns the viewer's answer to a query, once Prometheus has data
 */
export async function firstPanel(
  readme: string,
  folder: string,
  cli: string,
  metricsPort: number,
  query: string,
): Promise<string> {
  const [, block = ''] = /```sh\n(npx pmcp-observability assets .*?)```/s.exec(readme) ?? [];
  const [assets = [], prometheus = [], viewer = []] = block.split('\n').map((line) => line.split(' '));
  const port = String(await freePort());
  const replaced = (args: string[]) => args.map((arg) => arg.replace('9091', port));
  const children = new Children((message) => process.stderr.write(`${message}\n`));
  const start = (name: string, program: string, args: string[]) =>
    children.start(name, program, args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  try {
    await once(start('assets', process.execPath, [cli, ...assets.slice(2)]), 'exit');
    const config = join(folder, /--config.file=(\S+)/.exec(block)?.[1] ?? '');
    const text = await readFile(config, 'utf8');
    await writeFile(
      config,
      text.replace('localhost:9090', `localhost:${metricsPort}`).replaceAll('15s', '1s').replace('10s', '1s'),
    );
    const { path } = await requireTool('prometheus');
    start('prometheus', path, replaced(prometheus.slice(1)));
    const page = start('viewer', process.execPath, [VIEWER, ...replaced(viewer.slice(2)), '--port', '0']);
    const [address] = (await once(page.stdout!, 'data')) as [Buffer];
    const url = `${String(address).trim()}/prometheus/Prometheus/query?query=${encodeURIComponent(query)}`;
    let answer = '';
    await until(async () => {
      answer = await fetch(url).then((response) => response.text(), String);
      return answer.includes('"value"');
    }, 60_000);
    return answer;
  } finally {
    await children.stop();
  }
}
