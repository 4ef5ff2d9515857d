import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { matchesBcrypt } from './bcrypt.js';
import type { Policy, User } from './policy.js';

/** A hash of the usual cost, so that the time of an answer does not show whether a user name exists. */
const NOBODY = '$2b$10$hIeI7FC/V.UqnuDzU8VwDuSo8Hc5JmizT5fn.ZyWOazVwe5eRTIw2';
/** How many valid Authorization headers are remembered. */
const MAX_KNOWN = 100;

/** The valid credentials, and the headers that were valid before. Compares in constant time. */
export class Credentials {
  readonly isEmpty: boolean;
  /** The scheme in the challenge of an answer. */
  readonly schemes: string;
  /** A random key of this object, so that the digests reveal nothing. */
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

  /** Whether this header was valid before. So a scrape costs no bcrypt, and guesses of others do not delay it. */
  isKnown(authorization: string | undefined): boolean {
    return authorization !== undefined && isAmong(this.digest(authorization), this.known);
  }

  /** @returns undefined if it can't be decided now */
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

/** Always compares all of them, so that the time reveals nothing. */
function isAmong(digest: Buffer, all: readonly Buffer[]): boolean {
  return all.reduce((found, one) => timingSafeEqual(digest, one) || found, false);
}
