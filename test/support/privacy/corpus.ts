import { Random } from '../random.js';
import { PLAIN_LINES } from './plain-lines.js';
import { SECRET_LINES } from './secret-lines.js';

export interface Line {
  /** What shape the secret has; undefined for a line without. */
  readonly shape: string | undefined;
  readonly text: string;
  /** Texts that nobody must see; empty for a line without a secret. */
  readonly secrets: readonly string[];
}

/** Characters of a secret's end that tell it. */
const TAIL = 8;

/** As many lines as servers and their clients write, half of them with a secret; the same for the same seed. */
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
