import { describe, expect, it } from 'vitest';
import { isNamedWell } from './host.js';

describe('a request for the admin port', () => {
  it.each([
    undefined,
    '',
    'localhost',
    'localhost:9090',
    'LOCALHOST:9090',
    'notes.localhost:9090',
    '127.0.0.1:9090',
    '10.0.0.7:9090',
    '[::1]:9090',
    'notes:9090',
    'notes.default.svc:9090',
    'host.docker.internal:9090',
    'metrics.example.com:9090',
    'metrics.example.com.',
  ])('over loopback is answered under a local name: %s', (header) => {
    expect(isNamedWell(header, '127.0.0.1', ['metrics.example.com'])).toBe(true);
  });

  it.each([
    'evil.example',
    'evil.example:9090',
    '127.0.0.1.evil.example',
    'localhost.evil.example:80',
    'a@evil.example',
    '[evil.example]',
    'evil.example.',
  ])('over loopback is refused under a foreign name: %s', (header) => {
    for (const address of ['127.0.0.1', '::1', '::ffff:127.0.0.1', '127.5.0.1']) {
      expect(isNamedWell(header, address, ['metrics.example.com'])).toBe(false);
    }
  });

  it('from the network is answered under any name', () => {
    expect(isNamedWell('notes.example.com', '10.0.0.7', [])).toBe(true);
  });
});
