import { withoutCommandSecrets } from './commands.js';
import { withoutPairs } from './pairs.js';
import { withoutProgramSecrets } from './programs.js';
import { withoutPrivateKeys, withoutTokens } from './shapes.js';
import { withoutSpokenSecrets } from './spoken.js';
import { withoutUrlCredentials } from './urls.js';

/** Characters of a text that are shown. */
export const MAX_STRING = 32_768;
export const CUT = '[cut]';

/** Read beyond what is shown: so long may a word be that begins before the cut, and tells by its end what it is. */
const MARGIN = 1_000;
/** Shorter texts hold no key with a value, and no token. */
const MIN_LENGTH = 6;
/** A name, or the id of a trace: most fields of most lines, told apart for next to nothing. */
const HARMLESS = /^(?:[\w./-]{0,12}|[\da-f]{0,64})$/;

/**
 * A text without its secrets, at most `max` characters of it. It is cut before it is looked through, so that a huge one
 * costs no more than a long one, and again after, so that no half of a secret shows.
 */
export function redactText(text: string, max = MAX_STRING): string {
  if (text.length < MIN_LENGTH) return text;
  if (text.length <= max) return clean(text, false);
  const isLonger = text.length > max + MARGIN;
  const read = isLonger ? withoutLastWord(text.slice(0, max + MARGIN)) : text;
  return clean(read, isLonger).slice(0, max) + CUT;
}

function clean(text: string, isCut: boolean): string {
  if (HARMLESS.test(text)) return text;
  const shown = withoutUrlCredentials(withoutPairs(withoutPrivateKeys(text)), isCut);
  return withoutSpokenSecrets(withoutProgramSecrets(withoutCommandSecrets(withoutTokens(shown))));
}

/** The cut may go through a secret, whose half does not look like one. */
function withoutLastWord(text: string): string {
  const tail = text.slice(-MARGIN);
  return text.slice(0, -MARGIN) + tail.replace(/\S*$/, '');
}
