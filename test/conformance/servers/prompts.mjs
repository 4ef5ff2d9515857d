import { z } from 'zod';
import { embedded, PICTURE, words } from './content.mjs';

const user = (content) => ({ role: 'user', content });

/**
 * Completes the first argument.
 * The SDK stores the completer in the schema, so each schema may get it only once.
 */
export const completions = (begin) => ['paris', 'park', 'party'].filter((value) => value.startsWith(begin));

export const prompts = {
  test_simple_prompt: { run: () => ({ messages: [user(words('This is a simple prompt for testing.'))] }) },
  test_prompt_with_arguments: {
    input: { arg1: z.string(), arg2: z.string() },
    run: ({ arg1, arg2 }) => ({
      messages: [user(words(`Prompt with arguments: arg1='${arg1}', arg2='${arg2}'`))],
    }),
  },
  test_prompt_with_embedded_resource: {
    input: { resourceUri: z.string() },
    run: ({ resourceUri }) => ({
      messages: [
        user(embedded(resourceUri, 'text/plain', 'Embedded resource content for testing.')),
        user(words('Please process the embedded resource above.')),
      ],
    }),
  },
  test_prompt_with_image: {
    run: () => ({ messages: [user(PICTURE), user(words('Please analyze the image above.'))] }),
  },
};
