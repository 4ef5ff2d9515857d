import fastify from 'fastify';
import { handle } from './sdk.mjs';
import { host, port } from './wired.mjs';

const app = fastify();
app.all('/mcp', async (request, reply) => {
  reply.hijack();
  await handle(request.raw, reply.raw, request.body);
});
await app.listen({ port, host });
