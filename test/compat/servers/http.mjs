import { createServer } from 'node:http';
import { handle } from './sdk.mjs';
import { host, port } from './wired.mjs';

createServer(handle).listen(port, host);
