import express from 'express';
import { handle } from './sdk.mjs';
import { host, port } from './wired.mjs';

const app = express();
app.use(express.json());
app.all('/mcp', (request, response) => handle(request, response, request.body));
app.listen(port, host);
