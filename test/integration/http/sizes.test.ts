import { createObservability } from '@pmcp/observability';
import { afterEach, describe, expect, it } from 'vitest';
import { parseSamples } from '../../support/exposition.js';
import { ALONE } from '../scenarios/host.js';
import { body, HEADERS } from './requests.js';
import { type Endpoint, setups } from './setups.js';

let endpoint: Endpoint | undefined;
afterEach(() => endpoint?.close());

describe.each(setups.filter(({ era }) => era === 'modern'))('a JSON answer of $title', ({ open }) => {
  it('has the size of its body, and a time to its first byte', async () => {
    const { observe, registry } = createObservability(ALONE);
    endpoint = await open(observe);
    const { url } = endpoint;
    let bytes = 0;
    for (const text of ['grüße an 🌍', 'x'.repeat(200_000)]) {
      const headers = { ...HEADERS, 'mcp-method': 'tools/call', 'mcp-name': 'echo' };
      const call = body('tools/call', { name: 'echo', arguments: { text: text.slice(0, 50_000) } });
      const answer = await endpoint.fetch(
        new Request(url, { method: 'POST', headers, body: JSON.stringify(call) }),
      );
      expect(answer.headers.get('content-type')).toContain('application/json');
      bytes += Buffer.byteLength(await answer.text());
    }
    const samples = async () => Object.fromEntries(parseSamples(await registry.metrics()));
    await expect.poll(samples).toMatchObject({
      'pmcp_response_size_bytes_count{method="tools/call",name="echo"}': 2,
      'pmcp_response_size_bytes_sum{method="tools/call",name="echo"}': bytes,
      'pmcp_http_response_bytes_total{kind="json"}': bytes,
      'pmcp_http_first_byte_seconds_count{http_method="POST"}': 2,
    });
  });
});
