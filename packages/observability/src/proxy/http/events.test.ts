import { describe, expect, it } from 'vitest';
import { EventReader, type ServerEvent } from './events.js';

function read(text: string, size = text.length): { events: ServerEvent[]; lost: number } {
  const events: ServerEvent[] = [];
  let lost = 0;
  const reader = new EventReader(
    (event) => events.push(event),
    () => lost++,
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

  it('lets go of an event that has no end, and reads on', () => {
    const { events, lost } = read(`data: ${'x'.repeat(40 << 20)}\n\ndata: next\n\n`, 65_536);
    expect(lost).toBe(1);
    expect(events).toEqual([{ name: 'message', data: 'next' }]);
  });
});
