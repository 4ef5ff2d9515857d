import type { Caller } from './clients.js';

export interface Action {
  readonly name: string;
  /** How often it is chosen, relative to the sum of all weights. */
  readonly weight: number;
  /** Whether the call should be rejected. */
  readonly fails?: true;
  readonly run: (client: Caller) => Promise<unknown>;
}

const WORDS = 'scrape latency session budget incident deploy rollback tool prompt trace'.split(' ');
/** How many notes to summarise. That takes far longer than a user waits. */
const SUMMARISED = 20;
/** After how many progress notifications a user gives up. By then the server certainly has the call. */
const PATIENCE = 3;

/** What people and agents do with notes: they mostly search, sometimes wait, and sometimes make mistakes. */
export const ACTIONS: readonly Action[] = [
  { name: 'search', weight: 28, run: (client) => client.callTool('search_notes', { query: word() }) },
  { name: 'list', weight: 6, run: (client) => client.callTool('list_notes', { count: 20 }) },
  { name: 'create', weight: 16, run: (client) => client.callTool('create_note', note()) },
  {
    name: 'import',
    weight: 2,
    run: (client) => client.callTool('import_notes', { json: JSON.stringify([note(), note()]) }),
  },
  { name: 'change of mind', weight: 3, run: createAndDelete },
  { name: 'summarize', weight: 4, run: summarize },
  { name: 'list tools', weight: 6, run: (client) => client.listTools() },
  { name: 'read', weight: 6, run: readResource },
  { name: 'review', weight: 3, run: createAndReview },
  {
    name: 'complete',
    weight: 3,
    run: (client) => client.complete('review_notes', 'about', word().slice(0, 2)),
  },
  { name: 'ping', weight: 3, run: async (client) => client.ping?.() },

  { name: 'delete what is gone', weight: 2, run: (client) => client.callTool('delete_note', { id: 'gone' }) },
  { name: 'import rubbish', weight: 2, run: (client) => client.callTool('import_notes', { json: '{' }) },
  { name: 'bad arguments', weight: 2, run: (client) => client.callTool('create_note', { title: 5 }) },
  { name: 'give up', weight: 3, run: giveUp },
  {
    name: 'invented tool',
    weight: 2,
    fails: true,
    run: (client) => client.callTool(`${word()}_${Date.now()}`),
  },
  { name: 'read what is gone', weight: 2, fails: true, run: (client) => client.readResource('note://gone') },
  {
    name: 'review nothing',
    weight: 2,
    fails: true,
    run: (client) => client.getPrompt('review_notes', { about: 'nothing at all' }),
  },
];

const TOTAL_WEIGHT = ACTIONS.reduce((sum, { weight }) => sum + weight, 0);

/** @param random from 0 to 1 */
export function randomAction(random = Math.random()): Action {
  let left = random * TOTAL_WEIGHT;
  const chosen = ACTIONS.find(({ weight }) => {
    left -= weight;
    return left < 0;
  });
  return chosen ?? (ACTIONS[0] as Action);
}

function word(): string {
  return WORDS[Math.floor(Math.random() * WORDS.length)] ?? 'note';
}

function words(count: number): string {
  return Array.from({ length: count }, word).join(' ');
}

function note() {
  return { title: words(3), text: words(50 + Math.floor(Math.random() * 300)) };
}

async function createAndDelete(client: Caller): Promise<void> {
  const { content } = (await client.callTool('create_note', note())) as { content: [{ text: string }] };
  const { id } = JSON.parse(content[0].text) as { id: string };
  await client.callTool('delete_note', { id });
}

async function createAndReview(client: Caller): Promise<void> {
  const { title, text } = note();
  await client.callTool('create_note', { title, text });
  await client.getPrompt('review_notes', { about: title });
}

/** Reads the last resource of the list. The first may be removed before it is read. */
async function readResource(client: Caller): Promise<void> {
  const { resources } = (await client.listResources()) as { resources: { uri: string }[] };
  const last = resources.at(-1);
  if (last) await client.readResource(last.uri);
}

function summarize(client: Caller): Promise<unknown> {
  const count = 1 + Math.floor(Math.random() * 6);
  return client.callTool('summarize_notes', { count }, { onprogress: () => {} });
}

/** Calls something slow and cancels the call. */
async function giveUp(client: Caller): Promise<unknown> {
  const controller = new AbortController();
  const { signal } = controller;
  const json = JSON.stringify(Array.from({ length: SUMMARISED }, note));
  await client.callTool('import_notes', { json });
  let seen = 0;
  const onprogress = () => {
    if (++seen === PATIENCE) controller.abort();
  };
  const summary = client.callTool('summarize_notes', { count: SUMMARISED }, { signal, onprogress });
  return summary.catch((error) => {
    if (!signal.aborted) throw error;
  });
}
