import type { ClientRequest } from 'node:http';
import type { Socket } from 'node:net';

type Done = (error?: Error | null) => void;

/**
 * Lets what a server has said be read although it takes no more: it may answer before it has read a request, and close.
 * Node gives a connection up with the first write that fails, and whatever has come and was not read yet goes with it.
 * The write is held as failed until there is nothing left to read.
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

/** Once an answer is complete, Node tells its request no more that the socket takes more of a body that is still on its way. */
export function keepDraining(request: ClientRequest): void {
  const { socket } = request;
  if (request.writableFinished || socket === null) return;
  const drained = () => request.emit('drain');
  socket.on('drain', drained);
  request.once('close', () => socket.off('drain', drained));
  if (!socket.writableNeedDrain) drained();
}
