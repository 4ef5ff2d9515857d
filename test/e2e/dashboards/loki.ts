import { mkdtempSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { LogRecord } from '../../../scripts/collector/decode.js';
import { freePort } from '../../../scripts/free-port.js';
import type { Children } from '../../../scripts/start/children.js';
import { until } from '../../support/until.js';

const HOST = '127.0.0.1';

interface Answer {
  readonly data: { readonly result: readonly Stream[] };
}

/** Lines or numbers with one set of labels. */
interface Stream {
  readonly stream?: Readonly<Record<string, string>>;
  readonly metric?: Readonly<Record<string, string>>;
  readonly values: readonly (readonly [string | number, string])[];
}

/** A real Loki on loopback, which accepts lines both as text and from a collector. */
export class Loki {
  private readonly folder = mkdtempSync(join(tmpdir(), 'pmcp-loki-'));
  private url = '';

  async start(program: string, children: Children): Promise<void> {
    const [http, grpc] = [await freePort(), await freePort()];
    const file = join(this.folder, 'loki.yaml');
    await writeFile(file, stringify(config(this.folder, http, grpc)));
    children.start('Loki', program, [`-config.file=${file}`], { stdio: ['ignore', 'ignore', 'pipe'] });
    this.url = `http://${HOST}:${http}`;
    const ready = async () => (await fetch(`${this.url}/ready`).catch(() => undefined))?.ok === true;
    await until(ready);
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }

  /** Pushes lines that an agent read from a server's stderr. */
  async push(service: string, lines: readonly string[]): Promise<void> {
    const values = lines.map((line) => [nanoseconds(), line]);
    await this.post('/loki/api/v1/push', { streams: [{ stream: { service_name: service }, values }] });
  }

  /** Pushes records over OTLP, as a collector does. */
  async pushRecords(records: readonly LogRecord[]): Promise<void> {
    const resourceLogs = records.map(({ severity, body, attributes, traceId, spanId, resource }) => {
      const record = {
        timeUnixNano: nanoseconds(),
        severityText: severity,
        body: anyValue(body),
        attributes: keyValues(attributes),
        ...(traceId && { traceId, spanId }),
      };
      return {
        resource: { attributes: keyValues(resource) },
        scopeLogs: [{ scope: {}, logRecords: [record] }],
      };
    });
    await this.post('/otlp/v1/logs', { resourceLogs });
  }

  async query(text: string): Promise<readonly Stream[]> {
    const end = Date.now();
    const parameters = { query: text, start: `${end - 300_000}000000`, end: `${end}000000`, step: '5' };
    const response = await fetch(`${this.url}/loki/api/v1/query_range?${new URLSearchParams(parameters)}`);
    if (!response.ok) throw new Error(`${await response.text()} in ${text}`);
    return ((await response.json()) as Answer).data.result;
  }

  private async post(path: string, body: object): Promise<void> {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(this.url + path, { method: 'POST', headers, body: JSON.stringify(body) });
    if (!response.ok) throw new Error(`Loki answered ${response.status}: ${await response.text()}`);
  }
}

function nanoseconds(): string {
  return `${Date.now()}000000`;
}

function keyValues(attributes: Readonly<Record<string, unknown>>): object[] {
  return Object.entries(attributes).map(([key, value]) => ({ key, value: anyValue(value) }));
}

function anyValue(value: unknown): object {
  return typeof value === 'number' ? { doubleValue: value } : { stringValue: String(value) };
}

function config(folder: string, http: number, grpc: number): object {
  const storage = {
    filesystem: { chunks_directory: join(folder, 'chunks'), rules_directory: join(folder, 'rules') },
  };
  return {
    auth_enabled: false,
    analytics: { reporting_enabled: false },
    server: {
      http_listen_address: HOST,
      http_listen_port: http,
      grpc_listen_address: HOST,
      grpc_listen_port: grpc,
    },
    common: {
      path_prefix: folder,
      replication_factor: 1,
      instance_addr: HOST,
      ring: { kvstore: { store: 'inmemory' } },
      storage,
    },
    schema_config: {
      configs: [
        {
          from: '2024-01-01',
          store: 'tsdb',
          object_store: 'filesystem',
          schema: 'v13',
          index: { prefix: 'index_', period: '24h' },
        },
      ],
    },
  };
}
