import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { until } from './until.js';

/** The doctor's command line, relative to the root of the repository. */
const DOCTOR = 'packages/doctor/dist/cli.js';

/** The doctor's findings and unknown results by code, and its exit code. */
export interface Told {
  readonly code: number;
  readonly told: Readonly<Record<string, unknown>>;
}

/** `npm start` in its own process. */
export class Demo {
  private said = '';

  private constructor(private readonly job: ChildProcess) {
    job.stdout?.on('data', (data) => {
      this.said += data;
    });
  }

  static async start(): Promise<Demo> {
    const command = ['--import', 'tsx', 'scripts/start/main.ts'];
    const demo = new Demo(spawn(process.execPath, command, { stdio: ['ignore', 'pipe', 'inherit'] }));
    await until(() => /requests\/s/.test(demo.said));
    return demo;
  }

  /** Returns an address that it prints at its start. */
  address(name: 'see it' | 'MCP' | 'metrics' | 'Prometheus'): string {
    return new RegExp(`^${name} +(http://[^/\\s]+(?:/mcp)?)`, 'm').exec(this.said)?.[1] ?? '';
  }

  /** Runs the doctor on it in the same folder, and returns its results. */
  async examined(): Promise<Told> {
    const flags = [
      ['--url', this.address('MCP')],
      ['--admin', this.address('metrics')],
      ['--prometheus', this.address('Prometheus')],
      // No proxy is before the demonstration.
      ['--hold-stream', '1'],
    ];
    const doctor = spawn(process.execPath, [DOCTOR, ...flags.flat(), '--json'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const [out, [code]] = await Promise.all([text(doctor.stdout), once(doctor, 'close')]);
    const checks = JSON.parse(out).checks as { code: string; outcome: string; findings?: unknown }[];
    const told = checks.filter(({ outcome }) => outcome === 'found' || outcome === 'unknown');
    return { code, told: Object.fromEntries(told.map((check) => [check.code, check.findings ?? check])) };
  }

  /** Returns the names of the firing alerts. */
  async firing(): Promise<string[]> {
    const query = encodeURIComponent('ALERTS{alertstate="firing", severity!="info"}');
    const answer = await (await fetch(`${this.address('Prometheus')}/api/v1/query?query=${query}`)).json();
    return answer.data.result.map(({ metric }: { metric: { alertname: string } }) => metric.alertname);
  }

  /** Switches a fault on or off, like the buttons of its page. */
  async press(fault: string, on: boolean): Promise<void> {
    const page = this.address('see it');
    const url = `${page}/faults/${fault}?on=${on}`;
    const { ok, status } = await fetch(url, { method: 'POST', headers: { origin: page } });
    if (!ok) throw new Error(`expected ${url} to be taken, got ${status}`);
  }

  async stop(): Promise<void> {
    const ended = once(this.job, 'close');
    this.job.kill('SIGINT');
    await ended;
  }
}
