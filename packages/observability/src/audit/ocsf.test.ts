import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { Random } from '../../../../test/support/random.js';
import { ocsfOf } from './ocsf.js';

const SCHEMA = join(import.meta.dirname, '../../../../test/vendor/ocsf/api_activity.json');
const isValid = new Ajv2020({ strict: false }).compile(JSON.parse(readFileSync(SCHEMA, 'utf8')));

const PLACE = { seq: 7, time: '2026-11-28T09:43:13.101Z', hash: 'c1'.repeat(32) };
const PRINCIPAL = {
  client_id: 'agent',
  sub: 'alice',
  iss: 'https://id.example.com',
  scopes: ['a'],
  act: 'bot',
};
/** Every member that a record can have, with possible values; undefined means absent. */
const MEMBERS: Readonly<Record<string, readonly unknown[]>> = {
  method: ['tools/call', 'prompts/get', 'resources/read', undefined],
  name: ['save', 'notes://page', undefined],
  action: ['profile', 'levels', undefined],
  id: [0, 3, 'three', undefined],
  principal: [PRINCIPAL, { sub: 'alice' }, { iss: 'https://id.example.com' }, { act: 'bot' }, undefined],
  client: ['inspector', undefined],
  session: ['s-1', undefined],
  address: ['192.0.2.7', '::ffff:127.0.0.1', undefined],
  transport: ['streamable_http', 'stdio', undefined],
  arguments_hash: ['9f86', undefined],
  arguments: ['{"note":"x"}', undefined],
  outcome: ['ok', 'tool_error', 'client_error', 'cancelled', 'input_required', 'task', undefined],
  error_type: ['-32602', 'tool_error', undefined],
  status: [401, 403, undefined],
  reason: ['unauthorized', undefined],
  duration_ms: [0, 2.524, undefined],
  trace_id: ['4bf92f3577b34da6a3ce929d0e0e4736', undefined],
  levels: ['info', undefined],
};

describe('a record as an event of OCSF', () => {
  it('is valid for the published schema, whatever it contains', () => {
    const random = new Random(6003);
    for (let run = 0; run < 2_000; run++) {
      const members = Object.entries(MEMBERS).map(([name, values]) => [name, random.pick(values)]);
      const kind = random.pick(['call', 'undelivered', 'refused', 'admin']);
      const event = ocsfOf({ ...PLACE, kind, ...Object.fromEntries(members) });
      expect(isValid(event), JSON.stringify([event, isValid.errors])).toBe(true);
    }
  });

  it('contains the caller, the call, the origin and the outcome', () => {
    const call = { kind: 'call', method: 'tools/call', name: 'save', id: 3, principal: PRINCIPAL };
    const more = { client: 'inspector', session: 's-1', address: '192.0.2.7', transport: 'streamable_http' };
    const end = { outcome: 'ok', duration_ms: 2.524, trace_id: '4bf9', arguments_hash: '9f86' };
    expect(ocsfOf({ ...PLACE, ...call, ...more, ...end })).toMatchObject({
      type_uid: 600399,
      time: Date.parse(PLACE.time),
      duration: 3,
      status: 'Success',
      api: { operation: 'tools/call', request: { uid: '3' } },
      resources: [{ name: 'save', type: 'tool' }],
      actor: { user: { uid: 'alice' }, app_uid: 'agent', app_name: 'inspector', session: { uid: 's-1' } },
      src_endpoint: { ip: '192.0.2.7' },
      metadata: { uid: PLACE.hash, sequence: 7, version: '1.8.0' },
      trace: { uid: '4bf9' },
      unmapped: { scopes: ['a'], act: 'bot', arguments_hash: '9f86' },
    });
  });

  it.each([
    ['call', 'tool_error', 'Failure'],
    ['call', 'task', 'Other'],
    ['undelivered', 'cancelled', 'Failure'],
    ['refused', undefined, 'Failure'],
    ['admin', undefined, 'Success'],
  ])('of the kind %s with the outcome %s has the status %s', (kind, outcome, status) => {
    expect(ocsfOf({ ...PLACE, kind, ...(outcome && { outcome }) })).toMatchObject({ status });
  });

  it.each(['start', 'started', 'end', 'gap', 'probe', 'checkpoint'])(
    'does not exist if the record is about the log itself: %s',
    (kind) => {
      expect(ocsfOf({ ...PLACE, kind })).toBeUndefined();
    },
  );
});
