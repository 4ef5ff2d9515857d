/**
 * The tools that depend on neither SDK. They use `call` to talk to the client of their call.
 * @typedef {{ notify(method: string, params: object): Promise<void>, ask(method: string, params: object): Promise<any>,
 *   progressToken: string | number | undefined, closeStream(): void }} Call
 */
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { CHOICES, DEFAULTS, embedded, form, PICTURE, SOUND, said, words } from './content.mjs';

const PAUSE_MS = 50;

async function logs(_, call) {
  for (const data of ['Tool execution started', 'Tool processing data', 'Tool execution completed']) {
    await call.notify('notifications/message', { level: 'info', data });
    await delay(PAUSE_MS);
  }
  return said(words('logged'));
}

async function progresses(_, { notify, progressToken }) {
  for (const progress of [0, 50, 100]) {
    if (progressToken !== undefined) {
      await notify('notifications/progress', { progressToken, progress, total: 100 });
    }
    await delay(PAUSE_MS);
  }
  return said(words('done'));
}

async function samples({ prompt }, call) {
  const messages = [{ role: 'user', content: words(prompt) }];
  const { content } = await call.ask('sampling/createMessage', { messages, maxTokens: 100 });
  return said(words(`LLM response: ${content.text}`));
}

async function elicits(call, message, requestedSchema, before) {
  const { action, content } = await call.ask('elicitation/create', { message, requestedSchema });
  return said(words(`${before}: action=${action}, content=${JSON.stringify(content ?? {})}`));
}

/** Ends its stream before it has answered, so the client must reconnect for the answer. */
async function reconnects(_, call) {
  call.closeStream();
  await delay(2 * PAUSE_MS);
  return said(words('answered after the stream was closed'));
}

const person = form({
  username: { type: 'string', description: 'The name to use' },
  email: { type: 'string', description: 'The address to use' },
});

const fails = () => {
  throw new Error('This tool intentionally returns an error for testing');
};

export const tools = {
  test_simple_text: { run: () => said(words('This is a simple text response for testing.')) },
  test_image_content: { run: () => said(PICTURE) },
  test_audio_content: { run: () => said(SOUND) },
  test_embedded_resource: {
    run: () =>
      said(embedded('test://embedded-resource', 'text/plain', 'This is an embedded resource content.')),
  },
  test_multiple_content_types: {
    run: () =>
      said(
        words('Multiple content types test:'),
        PICTURE,
        embedded(
          'test://mixed-content-resource',
          'application/json',
          JSON.stringify({ test: 'data', value: 123 }),
        ),
      ),
  },
  test_tool_with_logging: { run: logs },
  test_error_handling: { run: fails },
  test_tool_with_progress: { run: progresses },
  test_sampling: { input: { prompt: z.string() }, run: samples },
  test_elicitation: {
    input: { message: z.string() },
    run: ({ message }, call) => elicits(call, message, person, 'User response'),
  },
  test_elicitation_sep1034_defaults: {
    run: (_, call) => elicits(call, 'Are these right?', DEFAULTS, 'Elicitation completed'),
  },
  test_elicitation_sep1330_enums: {
    run: (_, call) => elicits(call, 'Which ones?', CHOICES, 'Elicitation completed'),
  },
  test_reconnection: { run: reconnects },
};
