import { deserialize, serialize } from 'node:v8';
import { expect, it } from 'vitest';
import { Random } from '../../../../test/support/random.js';
import { ScalarFamily } from '../metrics/family.js';
import { HistogramFamily } from '../metrics/histogram-family.js';
import { familySnapshot, type ProcessSnapshot } from './snapshot.js';
import { Reader, type WireSnapshot, Writer } from './wire.js';

const labels = ['name'] as const;
const help = '';

function families() {
  const calls = new ScalarFamily({ name: 'calls', type: 'counter', help, labels });
  const seconds = new HistogramFamily({ name: 'seconds', type: 'histogram', help, labels, buckets: [1, 2] });
  return { calls, seconds };
}

const snapshotOf = ({ calls, seconds }: ReturnType<typeof families>): ProcessSnapshot => ({
  id: 'one',
  pid: 1,
  threadId: 0,
  families: [calls, seconds].map(familySnapshot),
  foreign: [],
  health: undefined,
  readiness: undefined,
});

const travelled = (snapshot: WireSnapshot) => deserialize(serialize(snapshot)) as WireSnapshot;

it('arrives completely, whatever series were added, removed or moved since the last time', () => {
  const random = new Random(11);
  const shown = families();
  let [writer, reader] = [new Writer(), new Reader()];
  for (let turn = 0; turn < 500; turn++) {
    const { calls, seconds } = shown;
    const name = `tool ${random.below(12)}`;
    if (random.once(2)) calls.add(calls.slot(name), 1 + random.below(9));
    if (random.once(2)) seconds.observe(seconds.slot(name), random.below(4));
    if (random.once(8)) random.pick([calls, seconds]).remove('name', name);
    if (random.once(40)) random.pick([calls, seconds]).clear();
    // A new connection, as when another process gets the port.
    if (random.once(50)) [writer, reader] = [new Writer(), new Reader()];
    const snapshot = snapshotOf(shown);
    const { families: read } = reader.read(travelled(writer.write(snapshot)));
    expect(read).toEqual(snapshot.families);
  }
});

it('is small if only numbers have changed', () => {
  const shown = families();
  for (let i = 0; i < 200; i++) shown.calls.slot(`a tool with a long name ${i}`);
  const writer = new Writer();
  const first = serialize(writer.write(snapshotOf(shown))).length;
  shown.calls.add(0, 1);
  const second = serialize(writer.write(snapshotOf(shown))).length;
  expect(second).toBeLessThan(first / 2);
});
