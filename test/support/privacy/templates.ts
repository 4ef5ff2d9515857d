import type { Random } from '../random.js';
import type { Line } from './corpus.js';
import { secrets } from './secrets.js';

const LETTERS = 'abcdefghijklmnopqrstuvwxyz';
const DIGITS = '0123456789';

/** Makes the secrets for each kind of line. */
const KINDS = {
  password: secrets.password,
  /** Recognisable as no usual word, for lines in which the text around it is a sentence. */
  mixed: (r: Random) => `${r.text(LETTERS, 6)}${r.text(DIGITS, 3)}`,
  words: (r: Random) => `${r.text(LETTERS, 6)} ${r.text(LETTERS, 5)} ${r.text(DIGITS, 3)}`,
  session: (r: Random) => r.pick([secrets.hex, secrets.opaque])(r),
  callback: (r: Random) => r.pick([secrets.opaque, () => r.text(LETTERS + DIGITS, 10)])(r),
  digits: (r: Random) => r.text(DIGITS, r.pick([4, 6])),
  opaque: (r: Random) => r.pick([secrets.hex, secrets.opaque])(r),
};

/** Texts with `§` in place of the secret, by the kind of the secret. */
export type Templates = { readonly [K in keyof typeof KINDS]: readonly string[] };

/** Returns each text this many times, each time with a new secret. */
export function filled(templates: Templates, times: number, random: Random): readonly Line[] {
  return Object.entries(KINDS).flatMap(([kind, secret]) =>
    templates[kind as keyof Templates].flatMap((template) =>
      Array.from({ length: times }, () => {
        const value = secret(random);
        return {
          shape: kind,
          text: template.replaceAll('§', () => value),
          secrets: [value, ...value.split(' ')],
        };
      }),
    ),
  );
}
