import { Random } from '../random.js';
import { PLAIN_LINES } from './plain-lines.js';
import { SECRET_LINES } from './secret-lines.js';

export interface Line {
  /** The shape of the secret. Undefined for a line without a secret. */
  readonly shape: string | undefined;
  readonly text: string;
  /** Texts that must not stay visible. Empty for a line without a secret. */
  readonly secrets: readonly string[];
}

/** How many characters at the end of a secret are enough to reveal it. */
const TAIL = 8;

/**
 * Returns lines as servers and their clients write them, half of them with a secret.
 * The same seed gives the same lines.
 */
export function corpus(count: number, seed: number): readonly Line[] {
  const random = new Random(seed);
  const framed = Object.entries(SECRET_LINES).flatMap(([shape, [frames, secret]]) =>
    frames.map((frame) => ({ shape, frame, secret })),
  );
  return Array.from({ length: count }, (_, i) => {
    const turn = Math.floor(i / 2);
    if (i % 2 === 1) {
      const plain = PLAIN_LINES[turn % PLAIN_LINES.length] as (typeof PLAIN_LINES)[number];
      return { shape: undefined, text: plain(random), secrets: [] };
    }
    const { shape, frame, secret } = framed[turn % framed.length] as (typeof framed)[number];
    const value = secret(random);
    const secrets = value.length < 2 * TAIL ? [value] : [value, value.slice(-TAIL)];
    return { shape, text: frame(value, random), secrets };
  });
}
