import { setTimeout as delay } from 'node:timers/promises';
import {
  type CallToolResult,
  completable,
  McpServer,
  ResourceNotFoundError,
  ResourceTemplate,
} from '@modelcontextprotocol/server';
import { z } from 'zod';
import type { Notes } from './notes.js';

/** The time of a summary for each note, in place of a call of a language model. */
const SUMMARY_MS_PER_NOTE = 120;

const count = z.number().int().min(1).max(50).default(10);
const note = z.object({ title: z.string().min(1).max(200), text: z.string().max(10_000) });

/** Makes the notes server: the same tools, resources and prompts for clients of every protocol. */
export function createNotesServer(notes: Notes): McpServer {
  const server = new McpServer({ name: 'notes', version: '1.0.0' });
  registerReading(server, notes);
  registerWriting(server, notes);
  registerSummary(server, notes);
  registerResources(server, notes);
  registerPrompt(server, notes);
  return server;
}

function registerReading(server: McpServer, notes: Notes): void {
  const list = { description: 'Lists the newest notes.', inputSchema: z.object({ count }) };
  server.registerTool('list_notes', list, ({ count }) => {
    return answer(notes.list(count).map(({ id, title, createdAt }) => ({ id, title, createdAt })));
  });

  const search = {
    description: 'Finds notes by words.',
    inputSchema: z.object({ query: z.string().min(1), count }),
  };
  server.registerTool('search_notes', search, ({ query, count }) => answer(notes.search(query, count)));
}

function registerWriting(server: McpServer, notes: Notes): void {
  const create = { description: 'Creates a note.', inputSchema: note };
  server.registerTool('create_note', create, ({ title, text }) => answer(notes.create(title, text)));

  const remove = { description: 'Deletes a note.', inputSchema: z.object({ id: z.string() }) };
  server.registerTool('delete_note', remove, ({ id }) => {
    return notes.delete(id) ? answer({ deleted: id }) : failure(`There is no note ${id}.`);
  });

  const load = { description: 'Imports notes from JSON.', inputSchema: z.object({ json: z.string() }) };
  server.registerTool('import_notes', load, ({ json }) => {
    // An error becomes a result with `isError`, so that a model learns what it did wrong.
    const imported = z.array(note).parse(JSON.parse(json));
    return answer(imported.map(({ title, text }) => notes.create(title, text).id));
  });
}

function registerSummary(server: McpServer, notes: Notes): void {
  const config = {
    description: 'Summarises the newest notes; takes a while.',
    inputSchema: z.object({ count: z.number().int().min(1).max(20) }),
  };
  server.registerTool('summarize_notes', config, async ({ count }, { mcpReq }) => {
    const titles: string[] = [];
    const progressToken = mcpReq._meta?.progressToken;
    for (const { title } of notes.list(count)) {
      // Rejects when the client cancels.
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
    if (!note) throw new ResourceNotFoundError(uri.href);
    return { contents: [{ uri: uri.href, mimeType: 'text/plain', text: note.text }] };
  });
}

function registerPrompt(server: McpServer, notes: Notes): void {
  const titles = (start: string) =>
    notes
      .list(100)
      .map(({ title }) => title)
      .filter((title) => title.startsWith(start));
  const argsSchema = z.object({ about: completable(z.string().min(1), titles) });
  server.registerPrompt('review_notes', { description: 'Asks for a review.', argsSchema }, ({ about }) => {
    const found = notes.search(about, 5);
    if (found.length === 0) throw new Error(`There is nothing about ${about} to review.`);
    const text = found.map(({ title, text }) => `# ${title}\n\n${text}`).join('\n\n');
    return {
      messages: [{ role: 'user', content: { type: 'text', text: `Please review these notes.\n\n${text}` } }],
    };
  });
}

function answer(value: object): CallToolResult {
  return { content: [{ type: 'text', text: JSON.stringify(value) }] };
}

function failure(text: string): CallToolResult {
  return { content: [{ type: 'text', text }], isError: true };
}
