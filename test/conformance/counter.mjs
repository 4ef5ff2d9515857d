/**
 * Counts the exchanges of the process's MCP endpoint with `node:http` alone, without code of the toolkit.
 * Load it with `node --import`, and request the counts over the channel to the parent.
 */
import { Server } from 'node:http';

const ENDPOINT = '/mcp';
const counts = {};
let open = 0;

const { emit } = Server.prototype;
Server.prototype.emit = function (event, ...args) {
  if (event === 'request') arrived(...args);
  return emit.call(this, event, ...args);
};

function arrived({ method, url }, response) {
  if (url.split('?', 1)[0] !== ENDPOINT) return;
  open++;
  response.once('close', () => {
    open--;
    const key = `${method} ${response.headersSent ? response.statusCode : 'gone'}`;
    counts[key] = (counts[key] ?? 0) + 1;
  });
}

process.on('message', (message) => {
  if (message === 'exchanges') process.send({ exchanges: counts, open });
});
process.channel?.unref();
