import { z } from 'zod';

/** The tools of the scenarios' servers, in terms that both SDKs understand: see v1.ts and v2.ts. */

/** A type, not an interface, because the SDKs' results have an index signature. */
export type Answer = { content: { type: 'text'; text: string }[]; isError?: true };

/** What a tool may know about its call. */
export interface Call {
  readonly id: string | number;
  /** Returns a header of the HTTP request of the call. */
  header(name: string): unknown;
  progress(progress: number): Promise<void>;
}

interface Tool {
  readonly description: string;
  readonly input: z.ZodRawShape;
  readonly run: (args: Record<string, unknown>, call: Call) => Promise<Answer>;
}

export function text(text: string): Answer {
  return { content: [{ type: 'text', text }] };
}

/** Doors that calls wait at until a test opens them, so that no clock is involved. */
const doors = new Map<unknown, { readonly passed: Promise<void>; readonly open: () => void }>();

function door(key: unknown) {
  let door = doors.get(key);
  if (door === undefined) {
    let open = () => {};
    const passed = new Promise<void>((resolve) => (open = resolve));
    door = { passed, open };
    doors.set(key, door);
  }
  return door;
}

export const tools: Readonly<Record<string, Tool>> = {
  echo: {
    description: 'Says it again',
    input: { text: z.string() },
    run: async (args) => text(String(args.text)),
  },
  fails: {
    description: 'Answers that it failed',
    input: {},
    run: async () => ({ ...text('out of order'), isError: true }),
  },
  throws: {
    description: 'Has a bug',
    input: {},
    run: async () => {
      throw new Error('a bug');
    },
  },
  hangs: {
    description: 'Never answers',
    input: {},
    run: () => new Promise(() => {}),
  },
  waits: {
    description: 'Answers with its request id once it is released',
    input: { key: z.string() },
    run: async ({ key }, call) => {
      await door(key).passed;
      return text(JSON.stringify(call.id));
    },
  },
  releases: {
    description: 'Releases a call that waits',
    input: { key: z.string() },
    run: async ({ key }) => {
      door(key).open();
      return text('released');
    },
  },
  hears: {
    description: 'Answers with what it is told of the HTTP request',
    input: {},
    run: async (_args, call) => text(String(call.header('content-type'))),
  },
  progresses: {
    description: 'Tells how far it is, three times',
    input: {},
    run: async (_args, call) => {
      for (const step of [1, 2, 3]) await call.progress(step);
      return text('done');
    },
  },
};

/** A client that is asked this refuses with the code, or never answers. */
export const REFUSAL = /^refuse with (-\d+)$/;
export const SILENCE = 'say nothing';
/** The user declines such a question. */
export const DECLINE = 'decline this';
export const DISMISS = 'close the window';

const sampling = (text: string) => ({
  method: 'sampling/createMessage',
  params: { messages: [{ role: 'user', content: { type: 'text', text } }], maxTokens: 10 },
});
const elicitation = (message: string) => ({
  method: 'elicitation/create',
  params: { mode: 'form', message, requestedSchema: { type: 'object', properties: {} } },
});

const visit = {
  method: 'elicitation/create',
  params: { mode: 'url', message: 'Hello?', elicitationId: 'one', url: 'https://example.com/' },
};

export interface Question {
  readonly method: string;
  readonly params?: object;
}

/** Tools that ask the client and return its answer. */
export const questions: Readonly<Record<string, Question>> = {
  samples: sampling('Hello?'),
  elicits: elicitation('Hello?'),
  'lists-roots': { method: 'roots/list' },
  'samples-in-vain': sampling('refuse with -1'),
  'elicits-in-vain': elicitation('refuse with -32602'),
  'elicits-declined': elicitation(DECLINE),
  'elicits-dismissed': elicitation(DISMISS),
  'elicits-by-url': visit,
  'samples-for-ever': sampling(SILENCE),
};

export const NOTE = { name: 'note', uri: 'note://first', template: 'note://{id}' };

export function readNote(uri: string) {
  return { contents: [{ uri, text: 'remember the milk' }] };
}

export function greeting(name: string) {
  return { messages: [{ role: 'user' as const, content: { type: 'text' as const, text: `Hello ${name}` } }] };
}

export const completions = (value: string) => ['Ada', 'Alan'].filter((name) => name.startsWith(value));

/** How many streams for announcements may be open at once. */
export const MAX_STREAMS = 2;
