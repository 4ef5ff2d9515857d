import { withoutCommandSecrets } from './commands.js';
import { withoutPairs } from './pairs.js';
import { withoutProgramSecrets } from './programs.js';
import { withoutPrivateKeys, withoutTokens } from './shapes.js';
import { withoutSpokenSecrets } from './spoken.js';
import { withoutUrlCredentials } from './urls.js';

/** How many characters of a text are shown. */
export const MAX_STRING = 32_768;
export const CUT = '[cut]';

/** How many characters are read beyond those that are shown, since a word may begin before the cut and be recognisable only by its end. */
const MARGIN = 1_000;
/** Shorter texts can't contain a key with a value, or a token. */
const MIN_LENGTH = 6;
/** A name or a trace id. A cheap test, since most fields of most lines are one of these. */
const HARMLESS = /^(?:[\w./-]{0,12}|[\da-f]{0,64})$/;

/**
 * Returns at most `max` characters of a text, without secrets. The text is cut before it is searched, so that the cost is bounded,
 * and again after that, so that no half of a secret is shown.
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

/** Removes the last word before the cut, since half a secret does not look like one. */
function withoutLastWord(text: string): string {
  const tail = text.slice(-MARGIN);
  return text.slice(0, -MARGIN) + tail.replace(/\S*$/, '');
}
