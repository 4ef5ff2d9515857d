const MAX_LENGTH = 200;
/** Bounds the work on a huge message; the rest would not be shown anyway. */
const MAX_READ = 1_000;

/**
 * A message fit to be shown to whoever can reach the health endpoint: short, and without the
 * credentials that the errors of database clients like to quote.
 */
export function publicMessage(text: string): string {
  return redact(text.length > MAX_READ ? withoutLastWord(text.slice(0, MAX_READ)) : text).slice(
    0,
    MAX_LENGTH,
  );
}

/** What an error says; anything can be thrown, and reading it may throw again. */
export function errorMessage(error: unknown): string {
  try {
    return publicMessage(describe(error)) || 'failed';
  } catch {
    return 'failed';
  }
}

function describe(error: unknown): string {
  if (typeof error === 'string') return error;
  const { message, code, errors } = error as { message?: unknown; code?: unknown; errors?: unknown };
  if (typeof message === 'string' && message !== '') return message;
  // Node's connect errors for a host with several addresses are an AggregateError without a message.
  if (Array.isArray(errors) && errors.length > 0) return errors.slice(0, 3).map(describe).join('; ');
  return typeof code === 'string' ? code : '';
}

function redact(text: string): string {
  return (
    text
      // Up to the last @: a password that was not percent-encoded may hold one too.
      .replace(/:\/\/\S*@/g, '://***@')
      .replace(/\b(password|passwd|pwd|secret|token)=[^\s&;,]+/gi, '$1=***')
  );
}

/** A cut may leave half a URL, whose password no longer looks like one. */
function withoutLastWord(text: string): string {
  return text.replace(/\S*$/, '');
}
