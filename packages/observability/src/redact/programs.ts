import { REDACTED } from './keys.js';
import { isMixed, isOpaque } from './opaque.js';
import { saysNothing } from './pair-value.js';

/** One way in which a program writes a secret: the text before it, and its form. */
interface Rule {
  /** Words of which a text must contain one if the rule applies. Cheap to search. */
  readonly has: readonly string[];
  /** A pattern with the text before the secret as its first group, and the secret as its second. */
  readonly find: RegExp;
  readonly isSecret?: (value: string) => boolean;
}

const RULES: readonly Rule[] = [
  // SQL: `IDENTIFIED BY '…'`, with or without a plugin.
  {
    has: ['dentified', 'DENTIFIED'],
    find: /(\bidentified (?:with [\w"'`]{1,64} )?(?:by|as) (?:password )?["'])([^"'\n]{1,200})/gi,
  },
  // Configuration lines of Redis, LDAP, SNMP and others.
  {
    has: ['requirepass', 'masterauth', 'bindpw', 'community'],
    find: /(\b(?:requirepass|masterauth|bindpw|r[ow]community6?) +["']?)([^\s"']{3,200})/g,
  },
  // An ACL of Redis: `user default on >… ~*`.
  { has: [' >'], find: /( >)([^\s>]{4,200})(?= (?:[~+&]|-@|allkeys|allcommands|resetkeys|on\b|off\b))/g },
  {
    has: ['SETUSER', 'setuser'],
    find: /(\bsetuser \S{1,100} (?:[^\s>]\S{0,100} ){0,8}>)(\S{1,200})/gi,
  },
  // `.pgpass`: host:port:database:user:password.
  {
    has: [':*:', ':5', ':6'],
    find: /((?:^|(?<=[\s"']))[\w.*-]{1,253}:(?:\*|[56]\d{3}):[\w*-]{1,64}:[\w.*-]{1,64}:)([^\s"':]{5,200})(?=$|[\s"'])/gm,
  },
  // Mail and FTP: `PASS …`. In the output of test runners, a file name follows.
  {
    has: ['PASS '],
    find: /((?:^|[\s>])PASS )([^\s/.(\\]{5,200})(?=\s*$|\s*[\r\n]|\\r)/gm,
    isSecret: isMixed,
  },
  { has: ['USER '], find: /(\bUSER \S{1,100}(?:\\r|\\n|\s){1,4}[^\n]{0,20}?PASS )([^\s\\]{1,200})/g },
  // One-letter options.
  { has: ['ldap'], find: /(\bldap\w{3,10} [^\n]{0,200}?-w ?["']?)([^\s"']{1,200})/g },
  { has: [' -U'], find: /(-U ?["']?[\w.\\/-]{1,64}%)([^\s"']{1,200})/g },
  { has: ['zip '], find: /(\b(?:un|7)?zip [^\n]{0,200}?-P ?["']?)([^\s"']{1,200})/g },
  { has: ['htpasswd'], find: /(\bhtpasswd -\w*b\w*(?: -\w+){0,4} \S{1,200} \S{1,100} )(\S{1,200})/g },
  // Routers, with a digit for the encryption.
  {
    has: ['secret ', 'password '],
    find: /(\b(?:secret|password) [05789] )(\S{4,200})/g,
    isSecret: (value) => isMixed(value) || isOpaque(value),
  },
  // Vault prints this once.
  { has: ['nseal '], find: /(\bunseal key \d{1,2}(?: \([^()\n]{1,40}\))?: )(\S{1,200})/gi },
  // A name and a password after a word that announces them.
  {
    has: ['redential', 'login '],
    find: /(\b(?:credentials?|login):? [\w.@[\]-]{1,64}(?::| \/ ))([^\s@/:]{4,200})/gi,
    isSecret: (value) => isMixed(value) || isOpaque(value),
  },
  // Credentials after the name of a scheme, without a header name.
  {
    has: ['NTLM', 'Negotiate', 'Kerberos', 'SharedKey', 'AWS '],
    find: /(\b(?:NTLM|Negotiate|Kerberos|(?:SharedKey(?:Lite)?|AWS) [\w-]{1,64}:) ?)((?=[\w+/=-]{0,40}\d)[\w+/=-]{16,})/g,
  },
  {
    has: ['Digest ', 'Hawk ', 'MAC '],
    find: /(\b(?:response|mac|cnonce)=\\?["']?)((?=[\w+/=-]{0,40}\d)[\w+/=-]{16,})/g,
  },
];

/** All required words of the rules in one pattern. Most texts contain none of them. */
const LIKELY = new RegExp(
  RULES.flatMap(({ has }) => has.map((part) => part.replaceAll('*', '\\*'))).join('|'),
);

/** Removes secrets in the special formats of certain programs. */
export function withoutProgramSecrets(text: string): string {
  if (!LIKELY.test(text)) return text;
  let shown = text;
  for (const { has, find, isSecret } of RULES) {
    if (!has.some((part) => shown.includes(part))) continue;
    shown = shown.replaceAll(find, (all, before: string, value: string) =>
      saysNothing(value) || isSecret?.(value) === false ? all : before + REDACTED,
    );
  }
  return shown;
}
