import type { Random } from '../random.js';
import type { Line } from './corpus.js';
import { secrets } from './secrets.js';

const LETTERS = 'abcdefghijklmnopqrstuvwxyz';
const DIGITS = '0123456789';

/** Which secrets stand in which lines. */
const KINDS = {
  password: secrets.password,
  /** What tells by itself that it is no word: where the text around it is a sentence. */
  mixed: (r: Random) => `${r.text(LETTERS, 6)}${r.text(DIGITS, 3)}`,
  words: (r: Random) => `${r.text(LETTERS, 6)} ${r.text(LETTERS, 5)} ${r.text(DIGITS, 3)}`,
  session: (r: Random) => r.pick([secrets.hex, secrets.opaque])(r),
  callback: (r: Random) => r.pick([secrets.opaque, () => r.text(LETTERS + DIGITS, 10)])(r),
  digits: (r: Random) => r.text(DIGITS, r.pick([4, 6])),
  opaque: (r: Random) => r.pick([secrets.hex, secrets.opaque])(r),
};

/** Texts with `§` where the secret stands, by its kind. */
export type Templates = { readonly [K in keyof typeof KINDS]: readonly string[] };

/** Each text so many times, with a secret that is new each time. */
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
