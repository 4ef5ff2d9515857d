import { expect, it } from 'vitest';
import { Exposed } from '../../../../../test/support/exposed.js';
import { decodeFamilies } from '../../../../../test/support/prometheus-proto.js';
import type { Format } from '../foreign.js';

const exposed = new Exposed();

/** Describes every series in one line. */
async function shown(format: Format): Promise<string[]> {
  const all = decodeFamilies(await exposed.bytes(format));
  return all
    .flatMap(({ name, metric }) =>
      metric.map(({ label = [], counter, gauge }) => {
        const value = counter?.value ?? gauge?.value;
        const start = counter && `from ${counter.createdTimestamp?.seconds}`;
        return [name, ...label.map((one) => one.value), value, start]
          .filter((part) => part !== undefined)
          .join(' ');
      }),
    )
    .sort();
}

it('the protobuf page can leave out counters of names that are 0, and has those that began after it from their first event', async () => {
  const { requests, labelOverflow, requestsInFlight, requestDuration } = exposed.families;
  const clock = Date.now;
  try {
    Date.now = () => 1_000;
    const unused = requests.slot('tools/call', 'a', 'tool_error');
    const used = requests.slot('tools/call', 'a', 'ok');
    // Shown although they are 0: not of a name, and no counters.
    requests.slot('ping', '', 'server_error');
    labelOverflow.slot('name');
    requestsInFlight.slot('tools/call');
    requestDuration.slot('tools/call', 'a');
    Date.now = () => 9_000;
    requests.add(used, 1);
    Date.now = () => 12_000;
    requests.add(used, 1);
    expect(await shown('sparse-protobuf')).toEqual([
      'pmcp_label_overflow_total name 0 from 1',
      'pmcp_request_duration_seconds tools/call a',
      'pmcp_requests_in_flight tools/call 0',
      'pmcp_requests_total ping server_error 0 from 1',
      'pmcp_requests_total tools/call a ok 2 from 9',
    ]);
    expect(await shown('protobuf')).toContain('pmcp_requests_total tools/call a tool_error 0 from 1');
    requests.zero();
    requests.add(unused, 1);
    expect(await shown('sparse-protobuf')).toContain('pmcp_requests_total tools/call a tool_error 1 from 12');
  } finally {
    Date.now = clock;
  }
});
