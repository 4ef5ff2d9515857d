import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { matchesBcrypt } from './bcrypt.js';
import type { Policy, User } from './policy.js';

/** Of the same cost as most: who asks under a name that nobody has shall not learn that from the time it takes. */
const NOBODY = '$2b$10$hIeI7FC/V.UqnuDzU8VwDuSo8Hc5JmizT5fn.ZyWOazVwe5eRTIw2';
/** Authorization headers that were right before and need no more than a look. */
const MAX_KNOWN = 100;

/** What opens the door, and what has opened it. Compares in a time that does not depend on how far a guess is right. */
export class Credentials {
  readonly isEmpty: boolean;
  /** For the challenge of an answer. */
  readonly schemes: string;
  /** Of this object alone, so that digests tell nothing. */
  private readonly key = randomBytes(32);
  private readonly tokens: readonly Buffer[];
  private readonly users: readonly User[];
  private readonly known: Buffer[] = [];

  constructor({ tokens, users }: Policy) {
    this.tokens = tokens.map((token) => this.digest(token));
    this.users = users;
    this.isEmpty = tokens.length === 0 && users.length === 0;
    this.schemes = [
      ...(users.length > 0 ? ['Basic realm="metrics", charset="UTF-8"'] : []),
      ...(tokens.length > 0 ? ['Bearer realm="metrics"'] : []),
    ].join(', ');
  }

  /** Whether this header was right before: a scrape costs no bcrypt, and does not suffer from others' guesses. */
  isKnown(authorization: string | undefined): boolean {
    return authorization !== undefined && isAmong(this.digest(authorization), this.known);
  }

  /** @returns undefined when it can't be told now */
  async verify(authorization: string): Promise<boolean | undefined> {
    const [, scheme = '', value = ''] = /^(\S+) +(\S.*)$/.exec(authorization) ?? [];
    const isRight = await this.check(scheme.toLowerCase(), value.trim());
    if (isRight && this.known.length < MAX_KNOWN) this.known.push(this.digest(authorization));
    return isRight;
  }

  private async check(scheme: string, value: string): Promise<boolean | undefined> {
    if (scheme === 'bearer') return isAmong(this.digest(value), this.tokens);
    if (scheme !== 'basic') return false;
    const decoded = Buffer.from(value, 'base64').toString('utf8');
    const colon = decoded.indexOf(':');
    return colon < 0 ? false : this.checkUser(decoded.slice(0, colon), decoded.slice(colon + 1));
  }

  private async checkUser(name: string, password: string): Promise<boolean | undefined> {
    const user = this.users.find((one) => one.name === name);
    const secret = user?.password;
    if (secret !== undefined && 'text' in secret)
      return isAmong(this.digest(password), [this.digest(secret.text)]);
    const hash = secret?.bcrypt ?? this.hashOfNobody;
    const matches = hash === undefined ? false : await matchesBcrypt(password, hash);
    return matches && user !== undefined;
  }

  private get hashOfNobody(): string | undefined {
    return this.users.some(({ password }) => 'bcrypt' in password) ? NOBODY : undefined;
  }

  private digest(text: string): Buffer {
    return createHmac('sha256', this.key).update(text).digest();
  }
}

/** Looks at all of them, whichever it is. */
function isAmong(digest: Buffer, all: readonly Buffer[]): boolean {
  return all.reduce((found, one) => timingSafeEqual(digest, one) || found, false);
}
