import { describe, expect, it } from 'vitest';
import { HeldBytes } from './budget.js';
import { EventReader } from './events.js';

interface Read {
  readonly name: string;
  /** Undefined where it was too long to keep. */
  readonly data: string | undefined;
}

function read(text: string, size = text.length): { events: Read[]; lost: number } {
  const events: Read[] = [];
  let lost = 0;
  const reader = new EventReader(
    ({ name, data }) => events.push({ name, data: data.whole?.toString() }),
    () => lost++,
    () => 1 << 24,
    new HeldBytes(32 << 20),
  );
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) reader.write(bytes.subarray(at, at + size));
  return { events, lost };
}

describe('EventReader', () => {
  it.each(['\n', '\r\n'])('reads events however the stream is cut, with lines that end in %j', (end) => {
    const lines = [
      ': hello',
      'event: endpoint',
      'data: /messages?id=1',
      '',
      'id: 7',
      'data:é',
      'retry: 5',
      '',
      'data: 1',
      'data: 2',
      '',
      '',
    ];
    const text = lines.join(end);
    for (let size = 1; size < 40; size++) {
      expect(read(text, size).events).toEqual([
        { name: 'endpoint', data: '/messages?id=1' },
        { name: 'message', data: 'é' },
        { name: 'message', data: '1\n2' },
      ]);
    }
  });

  it('reads no event that is empty or was not finished', () => {
    expect(read('event: ping\n\nid: 1\n\ndata: half').events).toEqual([]);
  });

  it('keeps no more than the ends of an event that is too long, and reads on', () => {
    const { events, lost } = read(`data: ${'x'.repeat(24 << 20)}\n\ndata: next\n\n`, 65_536);
    expect(lost).toBe(0);
    expect(events).toEqual([
      { name: 'message', data: undefined },
      { name: 'message', data: 'next' },
    ]);
  });

  it('holds no more of a long event in the budget than is kept of it', () => {
    const budget = new HeldBytes(1 << 18);
    const told: (number | undefined)[] = [];
    const reader = new EventReader(
      ({ data }) => told.push(data.bytes),
      () => told.push(undefined),
      () => 1 << 16,
      budget,
    );
    const text = Buffer.from(`data: ${'x'.repeat(18 << 20)}\n`);
    for (let at = 0; at < text.length; at += 65_536) reader.write(text.subarray(at, at + 65_536));
    reader.write(Buffer.from('\n'));
    expect(told).toEqual([(18 << 20) + 1]);
    expect(budget.take(1 << 18)).toBe(true);
  });

  it('lets go of what is too long and no data, and of data in many lines that is', () => {
    const many = `data: ${'x'.repeat(1 << 20)}\n`.repeat(17);
    for (const long of ['x'.repeat(40 << 20), many]) {
      const { events, lost } = read(`${long}\n\ndata: next\n\n`, 65_536);
      expect(lost).toBe(1);
      expect(events).toEqual([{ name: 'message', data: 'next' }]);
    }
  });

  it.each([
    ['short', 'data: 1\n'],
    ['empty', 'data:\n'],
    ['long', `data: ${'x'.repeat(100_000)}\n`],
    ['no', 'x'.repeat(1 << 21)],
  ])('holds little of an event that has no end, whose lines are %s data', (_, line) => {
    const budget = new HeldBytes(2 << 20);
    const told: string[] = [];
    const reader = new EventReader(
      ({ data }) => told.push(`${data.whole}`),
      () => told.push('lost'),
      () => 1 << 20,
      budget,
    );
    const lines = Buffer.from(line.repeat(Math.max(1, Math.ceil(40_000 / line.length))));
    const heap = process.memoryUsage().heapUsed;
    for (let i = 0; i < 400; i++) reader.write(lines);
    // All those lines would be hundreds of megabytes.
    expect(process.memoryUsage().heapUsed - heap).toBeLessThan(64 << 20);
    reader.write(Buffer.from('\n\ndata: next\n\n'));
    expect(told).toEqual(['lost', 'next']);
    expect(budget.take(2 << 20)).toBe(true);
  });

  it('takes no event in several lines for a whole one when one of them was too long', () => {
    for (const text of [`data: ${'x'.repeat(100_000)}\ndata: 1`, `data: 1\ndata: ${'x'.repeat(100_000)}`]) {
      const told: string[] = [];
      const reader = new EventReader(
        ({ data }) => told.push(`${data.whole}`),
        () => told.push('lost'),
        () => 1 << 16,
        new HeldBytes(),
      );
      for (let at = 0; at < text.length; at += 10_000) reader.write(Buffer.from(text.slice(at, at + 10_000)));
      reader.write(Buffer.from('\n\n'));
      expect(told).toEqual(['lost']);
    }
  });

  it('knows whether a client can come back for what it missed', () => {
    const reader = new EventReader(
      () => {},
      () => {},
      () => 1 << 16,
      new HeldBytes(),
    );
    reader.write(Buffer.from('data: 1\n\n'));
    expect(reader.hasIds).toBe(false);
    reader.write(Buffer.from('id: 7\ndata:\n\n'));
    expect(reader.hasIds).toBe(true);
  });
});
