import type { ClientRequest } from 'node:http';
import type { Socket } from 'node:net';

type Done = (error?: Error | null) => void;

/**
 * Allows reading the answer of a server that accepts no more bytes: it may answer and close before it has
 * read the whole request. Node destroys a connection when a write fails, and drops bytes that came and were
 * not read yet. So the failure of a write is reported only when nothing is left to read.
 */
export function hearLastWords(socket: Socket): void {
  const { _write, _writev } = socket;
  socket._write = (chunk, encoding, done) => _write.call(socket, chunk, encoding, afterReading(socket, done));
  if (_writev) socket._writev = (chunks, done) => _writev.call(socket, chunks, afterReading(socket, done));
}

function afterReading(socket: Socket, done: Done): Done {
  return (error) => {
    if (!error || socket.readableEnded || socket.destroyed) done(error);
    else {
      const fail = () => {
        socket.off('end', fail);
        socket.off('close', fail);
        done(error);
      };
      socket.on('end', fail);
      socket.on('close', fail);
    }
  };
}

/**
 * Emits `drain` on the request whenever its socket drains. Node stops doing that once the answer is complete,
 * even if the request's body is still being sent.
 */
export function keepDraining(request: ClientRequest): void {
  const { socket } = request;
  if (request.writableFinished || socket === null) return;
  const drained = () => request.emit('drain');
  socket.on('drain', drained);
  request.once('close', () => socket.off('drain', drained));
  if (!socket.writableNeedDrain) drained();
}
