import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { StdioClientTransport as V2ClientTransport } from '@modelcontextprotocol/client/stdio';
import { StdioClientTransport as V1ClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { scrape } from '../../support/exposition.js';
import { THROUGH_PROXY } from '../../support/proxy.js';
import { announcedPort } from '../../support/stdio.js';
import type { Host, Running } from './host.js';
import { connectModern, connectV1, connectV2, type Peer } from './peers.js';

type ClientTransport = V1ClientTransport | V2ClientTransport;

/** Returns the server's process, which the SDKs keep private: for its raw streams, and to wait for its end. */
function processOf(transport: ClientTransport): ChildProcess {
  return Reflect.get(transport, '_process') as ChildProcess;
}

interface StdioRunning extends Running {
  /** The output of the server. */
  stdout(): Readable;
}

export interface StdioHost extends Host {
  /** Starts it with additional variables in its environment. */
  openWith(env: Readonly<Record<string, string>>): Promise<StdioRunning>;
  open(): Promise<StdioRunning>;
}

/** Starts a server with its client, as stdio servers start. */
function start(transport: ClientTransport, connect: typeof connectV1): StdioRunning {
  const port = announcedPort(transport.stderr as Readable);
  let child: ChildProcess | undefined;
  const raw = async (text: string) => void child?.stdin?.write(`${text}\n`);
  return {
    connect: async () => {
      const [peer] = await Promise.all([connect(transport, raw), port]);
      child = processOf(transport);
      return { ...peer, leave: hangUp(peer), vanish: hangUp(peer) };
    },
    metrics: async () => scrape(await port),
    stdout: () => child?.stdout as Readable,
    close: async () => {
      if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

/** Closes the pipe. Closing the client would wait for the process, which stays so that its metrics can be read. */
const hangUp = (peer: Peer) => async () => void peer.vanish();

function host(
  traits: Pick<Host, 'title' | 'sdk' | 'era'>,
  Transport: typeof V1ClientTransport | typeof V2ClientTransport,
  connect: typeof connectV1,
  args: string[] = [`test/fixtures/scenarios/${traits.sdk}-stdio.mjs`],
): StdioHost {
  const server = {
    command: process.execPath,
    args,
    env: { PATH: process.env.PATH ?? '', PMCP_METRICS_PORT: '0' },
    stderr: 'pipe' as const,
  };
  const openWith = async (env: Readonly<Record<string, string>>) =>
    start(new Transport({ ...server, env: { ...server.env, ...env } }), connect);
  const open = () => openWith({});
  return { ...traits, api: 'McpServer', transport: 'stdio', session: true, open, openWith };
}

const KINDS = [
  [{ title: 'v1 over stdio', sdk: 'v1', era: 'legacy' }, V1ClientTransport, connectV1],
  [{ title: 'v2 over stdio, legacy client', sdk: 'v2', era: 'legacy' }, V2ClientTransport, connectV2],
  [{ title: 'v2 over stdio, modern client', sdk: 'v2', era: 'modern' }, V2ClientTransport, connectModern],
] as const;

export const stdioHosts: readonly StdioHost[] = KINDS.map(([traits, Transport, connect]) =>
  host(traits, Transport, connect),
);

/** The same servers without any code for observability, except in their launch command. */
const unchanged = (how: string, ...launcher: readonly string[]): readonly StdioHost[] =>
  KINDS.map(([traits, Transport, connect]) =>
    host({ ...traits, title: `${traits.title}, ${how}` }, Transport, connect, [
      ...launcher,
      'test/fixtures/scenarios/bare-stdio.mjs',
      traits.sdk,
      'stays',
    ]),
  );

export const registeredStdioHosts = unchanged('registered', '--import', '@pmcp/observability/register');

export const bareStdioHosts = unchanged('behind the proxy', ...THROUGH_PROXY.slice(1), process.execPath);
