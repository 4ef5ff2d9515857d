import { setTimeout as delay } from 'node:timers/promises';
import { type CallToolResult, completable, McpServer, ResourceTemplate } from '@modelcontextprotocol/server';
import { z } from 'zod';
import type { Notes } from './notes.js';

/** What a summary takes for each note: it stands for the call of a language model. */
const SUMMARY_MS_PER_NOTE = 120;

/** The notes server: the same tools, resources and prompts for every client, whatever it speaks. */
export function createNotesServer(notes: Notes): McpServer {
  const server = new McpServer({ name: 'notes', version: '1.0.0' });
  registerTools(server, notes);
  registerSummary(server, notes);
  registerResources(server, notes);
  registerPrompt(server, notes);
  return server;
}

function registerTools(server: McpServer, notes: Notes): void {
  const input = z.object({ title: z.string().min(1).max(200), text: z.string().max(10_000) });
  server.registerTool(
    'create_note',
    { description: 'Creates a note.', inputSchema: input },
    ({ title, text }) => {
      return answer(notes.create(title, text));
    },
  );

  const query = z.object({ query: z.string().min(1), count: z.number().int().min(1).max(50).default(10) });
  server.registerTool(
    'search_notes',
    { description: 'Finds notes by words.', inputSchema: query },
    ({ query, count }) => {
      return answer(notes.search(query, count));
    },
  );

  const id = z.object({ id: z.string() });
  server.registerTool('delete_note', { description: 'Deletes a note.', inputSchema: id }, ({ id }) => {
    return notes.delete(id) ? answer({ deleted: id }) : failure(`There is no note ${id}.`);
  });

  const file = z.object({ json: z.string() });
  server.registerTool(
    'import_notes',
    { description: 'Imports notes from JSON.', inputSchema: file },
    ({ json }) => {
      const imported = z.array(input).parse(JSON.parse(json));
      return answer(imported.map(({ title, text }) => notes.create(title, text).id));
    },
  );
}

function registerSummary(server: McpServer, notes: Notes): void {
  const input = z.object({ count: z.number().int().min(1).max(50) });
  const config = { description: 'Summarises the newest notes; takes a while.', inputSchema: input };
  server.registerTool('summarize_notes', config, async ({ count }, { mcpReq }) => {
    const titles: string[] = [];
    const progressToken = mcpReq._meta?.progressToken;
    for (const { title } of notes.list(count)) {
      await delay(SUMMARY_MS_PER_NOTE, undefined, { signal: mcpReq.signal });
      titles.push(title);
      if (progressToken === undefined) continue;
      await mcpReq.notify({
        method: 'notifications/progress',
        params: { progressToken, progress: titles.length, total: count },
      });
    }
    return answer({ summary: titles.join('; ') });
  });
}

function registerResources(server: McpServer, notes: Notes): void {
  const list = () => ({
    resources: notes.list(20).map(({ id, title }) => ({ uri: `note://${id}`, name: title })),
  });
  const template = new ResourceTemplate('note://{id}', { list });
  server.registerResource('note', template, { mimeType: 'text/plain' }, (uri) => {
    const note = notes.get(uri.host);
    if (!note) throw new Error(`There is no note ${uri.host}.`);
    return { contents: [{ uri: uri.href, mimeType: 'text/plain', text: note.text }] };
  });
}

function registerPrompt(server: McpServer, notes: Notes): void {
  const titles = (start: string) =>
    notes
      .list(100)
      .map(({ title }) => title)
      .filter((title) => title.startsWith(start));
  const argsSchema = z.object({ title: completable(z.string(), titles) });
  server.registerPrompt('review_notes', { description: 'Asks for a review.', argsSchema }, ({ title }) => ({
    messages: [{ role: 'user', content: { type: 'text', text: `Please review my notes about ${title}.` } }],
  }));
}

function answer(value: object): CallToolResult {
  return { content: [{ type: 'text', text: JSON.stringify(value) }] };
}

function failure(text: string): CallToolResult {
  return { content: [{ type: 'text', text }], isError: true };
}
