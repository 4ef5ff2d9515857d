import type { Check, Finding } from '../../check.js';
import { connectedClient, tools } from '../../facts/client.js';

export const speaksMcp: Check = {
  code: 'PMCP-D002',
  group: 'server',
  title: 'An MCP client can connect, and list the tools.',
  why: 'A port that is open says little: the path may be wrong, a proxy may answer in place of the server, or the server may refuse every client.',
  cure: 'Try `npx @modelcontextprotocol/inspector --cli URL --method tools/list`. Use the whole address with its path, such as `https://mcp.example.com/mcp`, and `--token-file url=FILE` where clients need a token.',
  needs: ['url'],
  rights: 'What any client may do: connect and list tools.',
  severity: 'fail',
  after: ['PMCP-D001', 'PMCP-D003', 'PMCP-D004'],
  async run(context) {
    try {
      await context.get(connectedClient);
      await context.get(tools);
      return [];
    } catch (error) {
      return [finding(context.settings.url!, error as Error & { readonly code?: unknown })];
    }
  },
};

function finding(url: URL, error: Error): Finding {
  const message = reasonOf(error);
  if (/\b40[13]\b|unauthori[sz]ed/i.test(message))
    return {
      found: `${url.href} refuses the client: ${message}`,
      cure: 'Give a token that clients have: `--token-file url=FILE`.',
    };
  return { found: `an MCP client can't use ${url.href}: ${message}` };
}

function reasonOf({ message, cause }: Error): string {
  const because = cause instanceof Error && !message.includes(cause.message) ? `: ${reasonOf(cause)}` : '';
  return `${message.replaceAll(/\s+/g, ' ').slice(0, 300)}${because}`;
}
