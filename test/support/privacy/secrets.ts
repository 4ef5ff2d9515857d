import type { Random } from '../random.js';

const LOWER = 'abcdefghijklmnopqrstuvwxyz';
const UPPER = LOWER.toUpperCase();
const DIGITS = '0123456789';
const WORD = LOWER + UPPER + DIGITS;
const HEX = '0123456789abcdef';
const BASE64URL = `${WORD}-_`;

/** Realistic secrets, new for each line. */
export const secrets = {
  /**
   * As people and password managers choose them. They have no character that ends a value in every notation.
   */
  password: (random: Random) =>
    random.pick([
      () => `${random.text(LOWER, 6)}${random.text(DIGITS, 2)}`,
      () => random.text(LOWER, 9),
      () => random.text(WORD, 16),
      () => `${random.text(UPPER, 1)}${random.text(LOWER, 5)}-${random.text(DIGITS, 4)}!`,
      () => random.text(`${WORD}!*+~^_-`, 20).replace(/^\W/, 'p'),
    ])(),
  /** As in a database URL that a person wrote by hand. */
  raw: (random: Random) =>
    `${random.text(WORD, 5)}${random.pick(['@', '/', '#', '?', ':', '!'])}${random.text(WORD, 6)}`,
  hex: (random: Random) => random.text(HEX, 40),
  opaque: (random: Random) => random.text(BASE64URL, 43),
  base64: (random: Random) => `${random.text(`${WORD}+/`, 86)}==`,
  basic: (random: Random) =>
    Buffer.from(`${random.text(LOWER, 5)}:${random.text(WORD, 12)}`).toString('base64'),
  jwt: (random: Random) =>
    [
      { alg: 'RS256', typ: 'JWT' },
      { sub: random.text(DIGITS, 8), exp: 1_900_000_000 },
    ]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .concat(random.text(BASE64URL, 86))
      .join('.'),
  pem: (random: Random) => random.text(`${WORD}+/`, 64),
} as const;

/** Tokens that are recognised by their form. */
export const tokens: Readonly<Record<string, (random: Random) => string>> = {
  openai: (r) => `sk-${r.text(WORD, 40)}7${r.text(WORD, 7)}`.replace('sk-', `sk-${r.below(10)}`),
  'openai project': (r) => `sk-proj-${r.text(BASE64URL, 48)}`,
  anthropic: (r) => `sk-ant-api03-${r.text(BASE64URL, 80)}AA`,
  stripe: (r) => `sk_live_${r.text(WORD, 24)}`,
  github: (r) => `${r.pick(['ghp', 'gho', 'ghu', 'ghs', 'ghr'])}_${r.text(WORD, 36)}`,
  'github fine-grained': (r) => `github_pat_${r.text(WORD, 22)}_${r.text(WORD, 59)}`,
  gitlab: (r) => `glpat-${r.text(BASE64URL, 20)}`,
  aws: (r) => `${r.pick(['AKIA', 'ASIA'])}${r.text(`${UPPER}234567`, 16)}`,
  slack: (r) => `xox${r.pick(['b', 'p', 'a', 's'])}-${r.text(DIGITS, 12)}-${r.text(WORD, 24)}`,
  'slack app': (r) => `xapp-1-A${r.text(DIGITS, 10)}-${r.text(HEX, 40)}`,
  'slack webhook': (r) =>
    `https://hooks.slack.com/services/T${r.text(WORD, 8)}/B${r.text(WORD, 8)}/${r.text(WORD, 24)}`,
  google: (r) => `AIza${r.text(BASE64URL, 35)}`,
  'google access': (r) => `ya29.${r.text(BASE64URL, 60)}`,
  'google client': (r) => `GOCSPX-${r.text(BASE64URL, 28)}`,
  npm: (r) => `npm_${r.text(WORD, 36)}`,
  pypi: (r) => `pypi-AgEIcHlwaS5vcmc${r.text(BASE64URL, 60)}`,
  'digital ocean': (r) => `dop_v1_${r.text(HEX, 64)}`,
  sendgrid: (r) => `SG.${r.text(BASE64URL, 22)}.${r.text(BASE64URL, 43)}`,
  'hugging face': (r) => `hf_${r.text(WORD, 34)}`,
  vault: (r) => `hvs.${r.text(BASE64URL, 28)}`,
  docker: (r) => `dckr_pat_${r.text(BASE64URL, 27)}`,
  databricks: (r) => `dapi${r.text(HEX, 32)}`,
  telegram: (r) => `${r.text('123456789', 9)}:AA${r.text(BASE64URL, 33)}`,
  grafana: (r) => `glsa_${r.text(WORD, 32)}_${r.text(HEX, 8)}`,
  shopify: (r) => `shpat_${r.text(HEX, 32)}`,
  atlassian: (r) => `ATATT3x${r.text(BASE64URL, 60)}`,
  bcrypt: (r) => `$2b$12$${r.text(`${WORD}./`, 53)}`,
  jwt: secrets.jwt,
};
