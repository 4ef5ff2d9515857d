/** A server that Vite reloads in the same process after each change. It closes its port, as such servers do. */
import { createServer } from 'node:http';
import { handle } from './sdk.mjs';
import { host, port } from './wired.mjs';

const server = createServer(handle);
server.listen(port, host, () => process.stdout.write('loaded\n'));

import.meta.hot?.accept();
import.meta.hot?.dispose(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});
