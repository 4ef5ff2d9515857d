import { describe, expect, it } from 'vitest';
import { heldMs } from '../../../../test/support/measured.js';
import { Random } from '../../../../test/support/random.js';
import { REDACTED } from './keys.js';
import { redactText } from './text.js';

describe('a text', () => {
  it.each([
    ['got Bearer aB3-_x.y~z+/==', `got Bearer ${REDACTED}`],
    ['failed:\\nBearer SECRET1', `failed:\\nBearer ${REDACTED}`],
    ['Basic dXNlcjpwYXNz, Bearer SECRET', `Basic ${REDACTED}, Bearer ${REDACTED}`],
    ['no route to postgres://app:hunter2@db:5432/notes', `no route to postgres://${REDACTED}@db:5432/notes`],
    ['redis://:hunter2@cache refused', `redis://${REDACTED}@cache refused`],
    ['postgres://app:hun@ter/2@db/notes', `postgres://${REDACTED}@db/notes`],
    ['two: a://u:p@x b://u:p@y', `two: a://${REDACTED}@x b://${REDACTED}@y`],
    ['host=db password=hunter2 user=app', `host=db password=${REDACTED} user=app`],
    ['https://db/x?token=hunter2&y=1', `https://db/x?token=${REDACTED}&y=1`],
    ['Pwd={hun;ter2};Encrypt=True', `Pwd=${REDACTED};Encrypt=True`],
    ["password: 'it\\'s hunter2', port: 1", `password: '${REDACTED}', port: 1`],
    ['"password":["hunter2","]hunter2"],"a":1', `"password":"${REDACTED}","a":1`],
    ['Cookie: a="b c"; c=hunter2\nHost: x', `Cookie: ${REDACTED}\nHost: x`],
    ['<add key="DbPassword" value="hunter2"/>', `<add key="DbPassword" value="${REDACTED}"/>`],
    ['tokens[0]=hunter2 a[1]=b', `tokens[0]=${REDACTED} a[1]=b`],
    ["{ password: Buffer.from('hunter2'), port: 1 }", `{ password: ${REDACTED}, port: 1 }`],
    ['password:\n  hunter2secret\nport: 1', `password:\n  ${REDACTED}\nport: 1`],
    ['password: >-\n  hunter2secret\nport: 1', `password: >-\n  ${REDACTED}\nport: 1`],
    ['密码：hunter2', `密码：${REDACTED}`],
    [
      `GET https://api.telegram.org/bot123456789:AA${'x1Y'.repeat(11)}/getMe`,
      `GET https://api.telegram.org/${REDACTED}/getMe`,
    ],
    [
      `a JWE eyJhbGciOiJkaXIiLCJlbmMiOiJBMTI4R0NNIn0..48V1_ALb6US04U3b.5eym8TW_c8SuK0ltJ3rpYI.XFBoMYUZodetZdv`,
      `a JWE ${REDACTED}`,
    ],
  ])('hides secrets, and keeps all else: %s', (text, shown) => {
    expect(redactText(text)).toBe(shown);
  });

  it.each([
    'Bearer token expected',
    'Bearer authentication failed.',
    'WWW-Authenticate: Bearer realm="x"',
    'Basic usage, and basic information',
    'Visual Basic 6.0',
    'password:\n  has to have 8 characters',
    'tokens[0] of 12, rows[1]=x',
    '<add key="Retries" value="hunter2"/>',
    'connect ECONNREFUSED 127.0.0.1:5432',
  ])('stays unchanged otherwise: %s', (text) => {
    expect(redactText(text)).toBe(text);
  });

  it('stays JSON if it was', () => {
    const random = new Random(7);
    const keys = ['password', 'token', 'apiKey', 'name', 'value', 'url', 'args', 'tokens'];
    const texts = [
      'hunter2',
      'a"b',
      'c\\d',
      'postgres://u:p@h',
      '{"secret":"x"}',
      'Bearer abc123',
      "it's",
      '',
    ];
    const make = (depth: number): unknown => {
      const kind = random.below(depth > 3 ? 3 : 5);
      if (kind === 0) return random.below(1_000);
      if (kind < 3)
        return random.below(2)
          ? random.pick(texts)
          : JSON.stringify({ [random.pick(keys)]: random.pick(texts) });
      const parts = Array.from({ length: random.below(4) }, () => make(depth + 1));
      return kind === 3 ? parts : Object.fromEntries(parts.map((part) => [random.pick(keys), part]));
    };
    for (let i = 0; i < 3_000; i++) {
      const text = JSON.stringify(make(0));
      const shown = redactText(text);
      expect(() => JSON.parse(shown), `${text} became ${shown}`).not.toThrow();
    }
  });
});

describe('a truncated text', () => {
  const SECRETS = [
    'postgres://app:hunter2hunter2hunter2@db',
    'password=hunter2hunter2hunter2',
    '"password":"hunter2 hunter2 hunter2"',
    'Authorization: Bearer hunter2hunter2',
    `ghp_${'hunter2'.repeat(5)}`,
    `-----BEGIN PRIVATE KEY-----\n${'hunter2\n'.repeat(300)}-----END PRIVATE KEY-----`,
    `postgres://app:${'hunter2'.repeat(300)}@db`,
    `eyJhbGciOiJIUzI1NiJ9.${'hunter2'.repeat(10)}.hunter2`,
  ];

  it.each(SECRETS)('shows no part of a secret, wherever it is cut: %.40s', (secret) => {
    const max = 100;
    for (let before = 0; before < max + 1_100; before += before < 120 || before > 1_000 ? 1 : 17) {
      for (const after of ['', ' and more '.repeat(200)]) {
        const shown = redactText(`${' '.padStart(before, 'x ')}${secret}${after}`, max);
        expect(shown).not.toMatch(/hunter|unter2/);
        expect(shown.length).toBeLessThanOrEqual(max + '[cut]'.length);
      }
    }
  });

  it('costs no more than one that is just long enough', () => {
    const text = 'password=hunter2 '.repeat(1_000_000);
    let shown = '';
    expect(heldMs(() => (shown = redactText(text, 200)))).toBeLessThan(100);
    expect(shown).not.toContain('hunter');
  });
});

describe('a hostile text', () => {
  const PARTS = [
    '=',
    ':',
    'a=',
    'password=',
    'password:',
    '"password":"',
    'password={',
    'password=[',
    'password: "',
    '://',
    'a://b@',
    'http://a:b',
    '%3A%2F%2F',
    '%40',
    '\\',
    '\\"',
    '"',
    "'",
    '["a","',
    '--a ',
    '--token ',
    'eyJ',
    'eyJaaaaaaaaaaaa.',
    '-----BEGIN PRIVATE KEY',
    '-----BEGIN ',
    '-----END ',
    'AKIA',
    'sk-',
    'sk-a-',
    'Bearer ',
    'basic ',
    'name="a"\n\n',
    'name: a, value',
    'name:"auth",args:[',
    '<a ',
    '<a>',
    '<a></',
    'AUTH ',
    'mysql ',
    'curl ',
    ' -p',
    'token ',
    'token a1',
    'login a password ',
    'cookie: a="',
    'x@tcp(',
    'a:b@',
    ':thin:a/',
    'aaaa',
    '1',
    '.',
    ' ',
    '\n',
    '{',
    '[',
    '(',
    'é',
    '$2b$12$',
    '$argon2i$',
    'MAAAAAAAAAAAAAAAAAAAAAAA.',
    'hooks.slack.com/services/',
    'API key',
    '%26token',
    '\t',
    '->',
    'password\t',
    'password -> ',
    '&quot;',
    'password&quot;:&quot;',
    '&#61;',
    '&#0',
    '\\x22',
    '\\u0022',
    '%25',
    'password%253D',
    'PASS a1!',
    'USER a ',
    'ldapsearch -w',
    ' -U a%',
    'htpasswd -b ',
    "identified by '",
    'a:*:',
    'a:5432:a:a:',
    'on >aaaa ',
    'NTLM ',
    'NTLM a',
    'Digest ',
    'mac=',
    'code=a1b2c3d',
    '&state=',
    ';password=a ',
    'password "',
    'PASSWORD',
    'password is ',
    'token is a1',
    "password for '",
    'password for a',
    'pin ',
    'verification code ',
    'key ',
    'requirepass ',
    '\\t',
    'password\\t',
    '%09',
    'token | ',
    'a|',
    'password(a',
    'password[a]=',
    '<input type="',
    '<input name="a" ',
    '<password ',
    ' value="',
    '<![CDATA[',
    'SETUSER a ',
    'setuser a a >',
    'zip ',
    'zip -P',
    'credentials: a',
    'login a / ',
    'unseal key 1 (',
    'secret 5 ',
    'set password for a to ',
    'use a as the ',
    'your code is ',
    '123456 is your ',
    'secret_',
    '.atlasv1.',
    'eyJrIjoi',
    'pat-na1-',
    'base64:',
    'Pwd=a b;',
  ];
  /** Measures without a limit on the length, so that costs which do not depend on the length show. */
  const took = (text: string) => heldMs(() => redactText(text, Number.MAX_SAFE_INTEGER));
  const grown = (parts: readonly string[], length: number) => {
    const one = parts.join('');
    return one.repeat(Math.ceil(length / one.length));
  };

  it('takes time that grows linearly with its length at most', () => {
    const random = new Random(11);
    const mixes = Array.from({ length: 200 }, () =>
      Array.from({ length: 1 + random.below(4) }, () => random.pick(PARTS)),
    );
    const texts = [...PARTS.map((part) => [part]), ...mixes];
    // With 200,000 characters, quadratic time would be minutes. Five microseconds for each is far above the
    // usual.
    const slow = texts.filter(
      (parts) => took(grown(parts, 200_000)) > 1_000 && took(grown(parts, 200_000)) > 1_000,
    );
    expect(slow).toEqual([]);
  });
});
