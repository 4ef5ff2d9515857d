/** Tools that only a client of 2026-07-28 can use, or whose schema only SDK v2 leaves unchanged. */
import { inputRequired } from '@modelcontextprotocol/server';
import { said, words } from './content.mjs';

const done = said(words('done'));

/** Asks for sampling. The SDK rejects this if the client did not declare the capability. */
const needsSampling = () =>
  inputRequired({ inputRequests: { sampled: inputRequired.createMessage({ messages: [], maxTokens: 1 }) } });

async function logs({ mcpReq }) {
  await mcpReq.log('info', 'only for those who asked for it');
  return done;
}

const text = { type: 'string' };
const oneOf = (...names) => ({ anyOf: names.map((name) => ({ required: [name] })) });

const schema2020 = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object',
  $defs: { address: { $anchor: 'addressDef', type: 'object', properties: { street: text, city: text } } },
  properties: {
    name: text,
    address: { $ref: '#/$defs/address' },
    contactMethod: { type: 'string', enum: ['phone', 'email'] },
    phone: text,
    email: text,
  },
  allOf: [oneOf('phone', 'email')],
  if: { properties: { contactMethod: { const: 'phone' } }, required: ['contactMethod'] },
  // biome-ignore lint/suspicious/noThenProperty: the keyword of JSON Schema
  then: { required: ['phone'] },
  else: { required: ['email'] },
  additionalProperties: false,
};

const withHeader = {
  type: 'object',
  properties: { region: { type: 'string', 'x-mcp-header': 'Region' } },
  required: ['region'],
};

/** @param notifier returns the publisher for the streams of `subscriptions/listen` */
export const modernTools = (notifier) => ({
  test_missing_capability: { run: needsSampling },
  test_logging_tool: { run: logs },
  test_trigger_tool_change: {
    run: () => {
      notifier().toolsChanged();
      return done;
    },
  },
  test_trigger_prompt_change: {
    run: () => {
      notifier().promptsChanged();
      return done;
    },
  },
  json_schema_2020_12_tool: { schema: schema2020, run: () => done },
  test_custom_header: { schema: withHeader, run: () => done },
});
