/** Tools that ask their client in a result, and finish when the client calls them again with the answers. */
import { randomBytes } from 'node:crypto';
import { createRequestStateCodec, inputRequired, inputResponse } from '@modelcontextprotocol/server';
import { form, said, words } from './content.mjs';

export const states = createRequestStateCodec({ key: randomBytes(32) });

const elicit = (message, field, type = 'string') =>
  inputRequired.elicit({ message, requestedSchema: form({ [field]: { type } }) });
const sample = (text, maxTokens) =>
  inputRequired.createMessage({ messages: [{ role: 'user', content: words(text) }], maxTokens });

const answers = ({ mcpReq }, keys) => {
  const given = keys.map((key) => inputResponse(mcpReq.inputResponses, key));
  return given.every(({ kind }) => kind !== 'missing') ? given : undefined;
};

/** Returns a tool that asks once. `finish` makes its text from the answers. */
function asks(inputRequests, finish, state) {
  return {
    run: async (context) => {
      const given = answers(context, Object.keys(inputRequests));
      if (given && (state === undefined || context.mcpReq.requestState() === state)) {
        return said(words(finish(given)));
      }
      const requestState = state === undefined ? undefined : await states.mint(state);
      return inputRequired({ inputRequests, ...(requestState && { requestState }) });
    },
  };
}

const elicitName = { user_name: elicit('What is your name?', 'name') };
const roots = { client_roots: inputRequired.listRoots() };

/** Has three rounds. The state tells each round its number. */
async function steps(context) {
  const step = context.mcpReq.requestState() ?? 0;
  if (step === 2) return said(words('all steps are done'));
  const [message, field] = [
    ['Step 1: What is your name?', 'name'],
    ['Step 2: What is your favorite color?', 'color'],
  ][step];
  return inputRequired({
    inputRequests: { [`step${step + 1}`]: elicit(message, field) },
    requestState: await states.mint(step + 1),
  });
}

/** Asks only for capabilities that the client declared. */
function asksWhatIsOffered({ mcpReq }) {
  const offered = mcpReq.envelope?.['io.modelcontextprotocol/clientCapabilities'] ?? {};
  const inputRequests = {
    ...(offered.sampling && { sampled: sample('What is the capital of France?', 100) }),
    ...(offered.elicitation && elicitName),
  };
  return Object.keys(inputRequests).length > 0
    ? inputRequired({ inputRequests })
    : said(words('nothing to ask with'));
}

export const rounds = {
  test_input_required_result_elicitation: asks(elicitName, ([name]) => `Hello, ${name.content?.name}!`),
  test_input_required_result_sampling: asks(
    { capital_question: sample('What is the capital of France?', 100) },
    ([answer]) => answer.result.content.text,
  ),
  test_input_required_result_list_roots: asks(roots, ([answer]) => answer.roots.map(({ uri }) => uri).join()),
  test_input_required_result_request_state: asks(
    { confirm: elicit('Please confirm', 'ok', 'boolean') },
    () => 'state-ok',
    'confirming',
  ),
  test_input_required_result_tampered_state: asks(
    { confirm: elicit('Please confirm', 'ok', 'boolean') },
    () => 'state-ok',
    'tampering',
  ),
  test_input_required_result_multiple_inputs: asks(
    { ...elicitName, greeting: sample('Generate a greeting', 50), ...roots },
    () => 'all three are here',
    'several',
  ),
  test_input_required_result_multi_round: { run: steps },
  test_input_required_result_capabilities: { run: asksWhatIsOffered },
  test_streaming_elicitation: asks(elicitName, () => 'elicited'),
};

export function askingPrompt(context) {
  const given = answers(context, ['user_context']);
  if (given) return { messages: [{ role: 'user', content: words(`About ${given[0].content?.context}`) }] };
  return inputRequired({
    inputRequests: { user_context: elicit('What context should the prompt use?', 'context') },
  });
}
