import { once } from 'node:events';
import { createServer, get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { logging } from '../../../../test/support/logging.js';
import { corpus } from '../../../../test/support/privacy/corpus.js';
import { responseTo } from '../../../../test/support/response.js';

describe('a log line', () => {
  it('hides secrets in its fields, in errors and in fields of a child logger', () => {
    const { logger, lines } = logging({ redact: ['user.email'] });
    logger.info({ headers: { authorization: 'Bearer x' }, user: { email: 'a@b', id: 1 } });
    logger.error(Object.assign(new Error('no'), { config: { apiKey: 'x' } }));
    logger.child({ token: 'x' }).info('bound');
    expect(lines[0]).toMatchObject({
      headers: { authorization: '[redacted]' },
      user: { email: '[Redacted]', id: 1 },
    });
    expect(lines[1]).toMatchObject({ err: { message: 'no', config: { apiKey: '[redacted]' } } });
    expect(lines[2]).toMatchObject({ token: '[redacted]' });
  });

  it('hides secrets in values that are formatted into the message', () => {
    const { logger, messages, lines } = logging();
    logger.info('headers %j', { authorization: 'hunter2' });
    logger.info({ size: 1 }, 'user %o', { name: 'a', password: 'hunter2' });
    logger.info({ size: 1 }, { token: 'hunter2' } as never);
    logger.info('sent Authorization: Bearer hunter2');
    logger.error(new Error('refused Basic aHVudGVyMg=='));
    expect(JSON.stringify(lines)).not.toMatch(/hunter2|aHVudGVyMg/);
    expect(messages().slice(0, 2)).toEqual([
      'headers {"authorization":"[redacted]"}',
      'user {"name":"a","password":"[redacted]"}',
    ]);
  });

  it('hides secrets in the text of any field, and stays JSON', () => {
    const { logger, lines } = logging();
    const secret = corpus(400, 14).filter(({ secrets }) => secrets.length > 0);
    for (const { text, secrets } of secret) {
      const before = lines.length;
      const error = Object.assign(new Error(text), { url: text, cause: new Error(text) });
      logger.info(text);
      logger.info({ url: text, dsn: text, nested: [{ body: text }] });
      logger.error(error);
      logger.error({ err: error, reason: text }, `because of ${text}`);
      logger.child({ part: text }).info('of %s and %j', text, { text });
      expect(lines).toHaveLength(before + 5);
      for (const line of lines.slice(before)) {
        const shown = Object.values(line)
          .map((part) => JSON.stringify(part))
          .join('\n');
        expect(
          secrets.filter((part) => shown.includes(part)),
          shown,
        ).toEqual([]);
      }
    }
  });

  it('truncates a message of any length, also in the middle of an escape', () => {
    const { logger, messages } = logging();
    for (const pad of ['', 'x', 'xx', 'xxx', 'xxxx', 'xxxxx']) {
      logger.info(`${pad}${'\u0001"\\é'.repeat(200_000)} password=hunter2`);
    }
    for (const message of messages()) {
      expect(message.length).toBeLessThan(40_000);
      expect([message.slice(5, 9), message.slice(-5)].join()).toMatch(/^.*,\[cut\]$/s);
      expect(message.length).toBeGreaterThan(32_000);
    }
    expect(messages()).toHaveLength(6);
  });

  it('without a message may have a field that looks like one', () => {
    const { logger, lines } = logging();
    logger.info({ first: { msg: 'a "quoted" password=hunter2' }, last: 'x' });
    expect(lines).toMatchObject([{ first: { msg: 'a "quoted" password=[redacted]' }, last: 'x' }]);
  });

  it('hides secrets that a child logger gets later', () => {
    const { logger, lines } = logging();
    const child = logger.child({ part: 1 });
    child.setBindings({ password: 'hunter2' });
    child.info('bound');
    expect(lines[0]).toMatchObject({ part: 1, password: '[redacted]' });
  });

  it("hides the headers of Node's requests", async () => {
    const { logger, lines } = logging();
    const server = createServer((req, res) => {
      logger.info({ req, res }, 'asked');
      res.end();
    }).listen(0);
    await once(server, 'listening');
    const headers = { authorization: 'hunter2', cookie: 'hunter2' };
    const request = get({ port: (server.address() as AddressInfo).port, headers });
    await responseTo(request);
    logger.error({ err: Object.assign(new Error('401'), { request }) });
    server.close();
    expect(lines).toHaveLength(2);
    expect(JSON.stringify(lines)).not.toContain('hunter2');
  });
});

describe('paths to redact', () => {
  it.each([
    [5, '5'],
    ['', '""'],
    [undefined, 'undefined'],
    ['a[', '"a["'],
    ['.', '"."'],
  ])('that pino does not accept are an error with the name of the option: %j', (path, shown) => {
    expect(() => logging({ redact: ['user.email', path as string] })).toThrow(
      new TypeError(
        `Expected \`log.redact[1]\` to be a path such as user.email or items[*].owner, got ${shown}`,
      ),
    );
  });

  it.each(['a', 'a.b[*].c', 'a["b-c"]', '*.x', '[0]'])('are interpreted as by pino: %s', (path) => {
    expect(() => logging({ redact: [path] })).not.toThrow();
  });
});
