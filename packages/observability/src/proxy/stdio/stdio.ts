import { pipeline } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { Connection } from '../../mcp/connection.js';
import type { ConnectionContext } from '../../mcp/context.js';
import type { ServerInfo } from '../../mcp/server.js';
import type { Message } from '../../protocol/message.js';
import { Observer } from '../observer.js';
import { type Ending, startChild } from './child.js';
import { Interjector } from './interjector.js';
import { type Flow, pump, pumpErrors, type Tap } from './pump.js';
import { Screen } from './screen.js';
import { sharesStandardError, standardOutput } from './standard.js';
import { observeStreams } from './streams.js';

const NO_TAP: Tap = { write() {}, end() {} };

/** How long the output may stay open after the server ended: a process that it left may hold it open. */
const LAST_OUTPUT_MS = 1_000;
const LOOK_MS = 100;

/**
 * Runs a stdio server between us and our client.
 *
 * @param onIntroduced called with the name and version that the server reports
 * @returns how the server ended, once its output has been passed on
 * @throws StartError if the command can't be started
 */
export async function proxyStdio(
  command: readonly string[],
  context: ConnectionContext,
  injectMeta: boolean,
  onIntroduced: (server: ServerInfo) => void,
): Promise<Ending> {
  const { child, ended } = await startChild(command, [
    'pipe',
    'pipe',
    sharesStandardError() ? 'pipe' : 'inherit',
  ]);
  const connection = new Connection(context, {}, 'stdio', undefined);
  const observer = new Observer(context, connection, onIntroduced);
  const taps = observeStreams(observer);
  observer.attempt(() => connection.started());
  const own = observer.isStrict ? new Interjector() : undefined;
  if (injectMeta || own) {
    const refuse = (answers: readonly Message[]) => {
      for (const answer of answers) own?.say(Buffer.from(`${JSON.stringify(answer)}\n`));
    };
    const screen = new Screen(observer, taps.client, { injects: injectMeta, refuse });
    pump(
      pipeline(process.stdin, screen, () => {}),
      child.stdin!,
      NO_TAP,
    );
  } else pump(process.stdin, child.stdin!, taps.client);
  const output = own ? pipeline(child.stdout!, own, () => {}) : child.stdout!;
  const outputs = [pump(output, standardOutput(), taps.server)];
  if (child.stderr) outputs.push(pumpErrors(child.stderr));
  const ending = await ended;
  process.stdin.destroy();
  await Promise.all(outputs.map(lastOutput));
  observer.closed();
  return ending;
}

/** Waits as long as our client has something to read, and a short time for further output. */
async function lastOutput({ over, isWaiting }: Flow): Promise<void> {
  let isOver = false;
  const end = over.then(() => {
    isOver = true;
  });
  for (let idle = 0; !isOver && idle < LAST_OUTPUT_MS; idle += isWaiting() ? 0 : LOOK_MS)
    await Promise.race([end, delay(LOOK_MS)]);
}
