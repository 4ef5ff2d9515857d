import { catalog } from '@pmcp/observability/catalog';
import { between, busy, severity } from './chapters.js';
import type { Recorder } from './recorder.js';
import type { Server } from './servers.js';

const CLIENTS = {
  'claude-ai': 0.45,
  'visual-studio-code': 0.3,
  cursor: 0.15,
  'mcp-inspector': 0.06,
  _other: 0.04,
};
const PROTOCOLS = { '2025-11-25': 0.6, '2026-07-28': 0.4 };
const TRANSPORTS = { http: 0.75, sse: 0.17, stdio: 0.08 };

/** Records the connected clients, and the HTTP exchanges. */
export function connections(recorder: Recorder, server: Server): void {
  const trouble = (time: number) => (server.troubled ? severity(time) : 0);
  const opened = (share: number) => (time: number) =>
    server.load * 0.02 * share * busy(time) * between(1, 2.2, trouble(time));
  for (const [transport, part] of Object.entries(TRANSPORTS)) {
    const open = (time: number) =>
      Math.round(server.load * 4 * part * busy(time) * between(1, 0.85, trouble(time)));
    recorder.gauge(catalog.activeConnections, { transport }, open, 0.05);
    if (!server.rich) continue;
    recorder.histogram(catalog.connectionDuration, { transport }, (time) => ({
      rate: opened(part)(time),
      median: 240,
      spread: 1.2,
    }));
  }
  const clients = Object.entries(CLIENTS).slice(0, server.rich ? 5 : 1);
  for (const [client, share] of clients) {
    for (const [protocol_version, part] of Object.entries(PROTOCOLS)) {
      recorder.counter(
        catalog.connections,
        { transport: 'http', protocol_version, client },
        opened(share * part),
      );
    }
  }
  recorder.gauge(catalog.connectionsLimit, {}, () => 200);
  exchanges(recorder, server, trouble);
}

function exchanges(recorder: Recorder, { load, rich }: Server, trouble: (time: number) => number): void {
  const of =
    (usual: number, worst = usual) =>
    (time: number) =>
      load * busy(time) * between(usual, worst, trouble(time));
  const statuses: readonly [method: string, status: string, reason: string, usual: number, worst: number][] =
    [
      ['POST', '200', '', 0.95, 0.7],
      ['POST', '202', '', 0.03, 0.03],
      ['GET', '200', '', 0.01, 0.02],
      ['DELETE', '200', '', 0.008, 0.008],
      ['POST', '401', 'invalid_token', 0.004, 0.004],
      ['POST', '404', 'unknown_session', 0.001, 0.02],
      ['POST', '429', 'rate_limited', 0, 0.05],
      ['POST', '503', 'limit', 0, 0.06],
      ['POST', '500', '', 0.0001, 0.04],
    ];
  for (const [http_method, status, reason, usual, worst] of rich ? statuses : statuses.slice(0, 2)) {
    recorder.counter(catalog.httpExchanges, { http_method, status, reason }, of(usual, worst));
  }
  if (!rich) return;
  for (const [http_method, share, median] of [
    ['POST', 0.98, 0.03],
    ['GET', 0.01, 0.004],
    ['DELETE', 0.008, 0.006],
  ] as const) {
    recorder.histogram(catalog.httpFirstByte, { http_method }, (time) => ({
      rate: of(share)(time),
      median: median * between(1, 12, trouble(time)),
      spread: 0.7,
    }));
  }
  for (const [kind, bytes] of [
    ['json', 8_000],
    ['stream', 3_000],
    ['other', 90],
  ] as const) {
    recorder.counter(catalog.httpResponseBytes, { kind }, of(bytes));
  }
}
