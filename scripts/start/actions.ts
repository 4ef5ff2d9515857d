import { setTimeout as delay } from 'node:timers/promises';
import type { Caller } from './clients.js';

export interface Action {
  readonly name: string;
  /** How often it is chosen, against the sum of all. */
  readonly weight: number;
  /** Whether the server or the client refuses it on purpose. */
  readonly fails?: true;
  readonly run: (client: Caller) => Promise<unknown>;
}

const WORDS = [
  'scrape',
  'latency',
  'session',
  'budget',
  'incident',
  'deploy',
  'rollback',
  'tool',
  'prompt',
  'trace',
];

function word(): string {
  return WORDS[Math.floor(Math.random() * WORDS.length)] ?? 'note';
}

function text(words: number): string {
  return Array.from({ length: words }, word).join(' ');
}

/** What people and agents do with notes: mostly search, sometimes wait, now and then get it wrong. */
export const ACTIONS: readonly Action[] = [
  { name: 'search', weight: 30, run: (client) => client.callTool('search_notes', { query: word() }) },
  {
    name: 'create',
    weight: 20,
    run: (client) => client.callTool('create_note', { title: text(3), text: text(200) }),
  },
  { name: 'list tools', weight: 6, run: (client) => client.listTools() },
  { name: 'list resources', weight: 4, run: (client) => client.listResources() },
  { name: 'read a resource', weight: 6, run: readFirstResource },
  { name: 'prompt', weight: 4, run: (client) => client.getPrompt('review_notes', { title: word() }) },
  {
    name: 'complete',
    weight: 3,
    run: (client) => client.complete('review_notes', 'title', word().slice(0, 2)),
  },
  { name: 'ping', weight: 3, run: async (client) => client.ping?.() },
  {
    name: 'summarize',
    weight: 4,
    run: (client) => client.callTool('summarize_notes', { count: 4 }, { onprogress: () => {} }),
  },
  { name: 'give up', weight: 3, fails: true, run: giveUp },
  { name: 'delete what is gone', weight: 3, run: (client) => client.callTool('delete_note', { id: 'gone' }) },
  { name: 'import rubbish', weight: 2, run: (client) => client.callTool('import_notes', { json: '{' }) },
  { name: 'bad arguments', weight: 2, run: (client) => client.callTool('create_note', { title: 5 }) },
  {
    name: 'invented tool',
    weight: 2,
    fails: true,
    run: (client) => client.callTool(`${word()}_${Date.now()}`),
  },
  { name: 'missing resource', weight: 2, fails: true, run: (client) => client.readResource('note://gone') },
];

const TOTAL_WEIGHT = ACTIONS.reduce((sum, { weight }) => sum + weight, 0);

export function randomAction(random = Math.random()): Action {
  let left = random * TOTAL_WEIGHT;
  const chosen = ACTIONS.find(({ weight }) => {
    left -= weight;
    return left < 0;
  });
  return chosen ?? (ACTIONS[0] as Action);
}

async function readFirstResource(client: Caller): Promise<unknown> {
  const { resources } = (await client.listResources()) as { resources: { uri: string }[] };
  return resources[0] && client.readResource(resources[0].uri);
}

/** Starts something slow and loses patience. */
async function giveUp(client: Caller): Promise<unknown> {
  const controller = new AbortController();
  const call = client.callTool('summarize_notes', { count: 20 }, { signal: controller.signal });
  void delay(300).then(() => controller.abort());
  return call;
}
