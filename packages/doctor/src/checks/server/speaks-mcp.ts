import type { Check, Finding } from '../../check.js';
import type { Context } from '../../context.js';
import { connect, connectedClient, LostSession, NoSession, tools } from '../../facts/client.js';
import { losesTls, TELL_OF_TLS } from '../../facts/lost-tls.js';
import { redirectOfClients } from '../../facts/redirect.js';
import { tokenFiles } from '../../facts/secrets.js';
import { refusal } from './refusals.js';

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
      const { transport } = await context.get(connectedClient);
      await context.get(tools);
      if (transport?.sessionId !== undefined) await openMore(context);
      return [];
    } catch (error) {
      return [(await sentAway(context)) ?? finding(context, error as Error)];
    }
  },
};

/** Where a hash of its id leads a session to one of two processes, half of all sessions are well. */
const MORE_SESSIONS = 4;

/** @throws LostSession */
async function openMore(context: Context): Promise<void> {
  const opened = Array.from({ length: MORE_SESSIONS }, () => connect(context));
  const lost = (await Promise.allSettled(opened)).flatMap((one) =>
    one.status === 'rejected' && one.reason instanceof LostSession ? [one.reason] : [],
  );
  if (lost.length > 0) throw lost[0];
}

/** What says of a client that it did not get to the server at all. */
async function sentAway(context: Context): Promise<Finding | undefined> {
  const { href } = context.settings.url!;
  const redirect = await context.get(redirectOfClients).catch(() => undefined);
  if (redirect === undefined) return undefined;
  const { status, to, isSamePath } = redirect;
  const address = `${to.origin}${to.pathname}`;
  const found = `${href} answers ${status} and sends clients to ${address}`;
  return isSamePath
    ? {
        found,
        why: 'Many clients do not follow where a POST is sent on to, and those that do may lose their token on the way.',
        cure:
          cureOfLostTls(context.settings.url!, to) ??
          `Give the address that it names, also to clients: \`${address}\`.`,
      }
    : {
        found: `${found}, expected 401 with WWW-Authenticate of who has no token`,
        why: 'A client gets a page for people where it expects an answer of MCP. Only 401 tells it that it needs a token, and where to get one.',
        cure: 'An MCP client cannot log in at a page: let the gateway answer 401 with `WWW-Authenticate` for the path of the server, and redirect only browsers. With a token that clients have, try `--token-file url=FILE`.',
      };
}

/** What to do where a server behind TLS sends its clients to plain HTTP, where their tokens can be read. */
function cureOfLostTls(asked: URL, to: URL): string | undefined {
  if (!losesTls(asked, to)) return undefined;
  const secure = new URL(to.pathname, asked);
  return to.pathname === asked.pathname
    ? TELL_OF_TLS
    : `${TELL_OF_TLS} Clients that use \`${secure.href}\` are not sent away.`;
}

function finding({ settings: { url, tokenFile } }: Context, error: Error): Finding {
  const { href } = url!;
  const session = sessionFinding(href, error);
  if (session !== undefined) return session;
  const message = reasonOf(error);
  if (/\b401\b|unauthori[sz]ed/i.test(message))
    return tokenFiles(tokenFile).has('url')
      ? {
          found: `${href} refuses the token of --token-file: ${message}`,
          why: 'Nobody with this token can use the server, and the doctor sees no more of it.',
          cure: 'It has ended or is for somebody else, or a proxy takes it away: let it pass the header `Authorization` on.',
        }
      : {
          found: `${href} asks for a token, and none is given: ${message.replace(/^Version negotiation failed: /, '')}`,
          why: 'That is as it should be. But without a token the doctor does not see whether the server works for those who have one.',
          cure: 'Give a token that clients have: `--token-file url=FILE`.',
        };
  if (WANTS_CERTIFICATE.test(message))
    return {
      found: `${href} asks for a certificate of the client, and an MCP client has none: ${message}`,
      why: 'MCP clients show a token, and no certificate: all of them are turned away before the server hears of them.',
      cure: 'A gateway is set to know clients by certificates (mTLS), such as `ssl_verify_client on;` of nginx. Let it ask for none at the path of the server, where clients have tokens, or give clients and the doctor an address without it.',
    };
  return refusal(href, error) ?? { found: `an MCP client can't use ${href}: ${message}` };
}

/** How gateways say it: in a page, or by an alert of TLS. */
const WANTS_CERTIFICATE = /(SSL|client) certificate|alert (certificate required|bad certificate)/i;

const LOST_HEADER =
  'Let whatever is in front of the server pass the header `Mcp-Session-Id` on in both directions: nginx takes it away with `proxy_hide_header` and `proxy_set_header`, gateways by lists of the headers that they let through. Compare with what the server answers itself: `curl -si`.';

/** Says of a session how it is lost: with another process, or with its header. */
function sessionFinding(href: string, error: Error): Finding | undefined {
  const said = error.cause instanceof Error ? reasonOf(error.cause) : '';
  if (error instanceof NoSession)
    return {
      found: `${href} answers initialize without the header Mcp-Session-Id, and ${error.status} to the next request: ${said}`,
      why: 'A client learns its session from this header. Where a proxy removes it, every request after the first one is refused.',
      cure: LOST_HEADER,
    };
  if (!(error instanceof LostSession)) return undefined;
  if (/session.?id.* (required|missing)|missing .*session|not initialized/i.test(said))
    return {
      found: `${href} opened a session, and its next request arrived without the header Mcp-Session-Id: ${said}`,
      why: 'A client sends its session in this header. Where a proxy removes it, every request after the first one is refused.',
      cure: LOST_HEADER,
    };
  return {
    found: `${href} opened a session, and answered ${error.status} to its next request: another process got it`,
    why: 'A session is in the memory of one process. Each request that another one gets is lost, and clients start anew or give up.',
    cure: 'Let the load balancer send all requests with the same `Mcp-Session-Id` to one process (docs/operate.md), or keep sessions where all processes find them. A single process has to keep the transport of a session for its next requests.',
  };
}

function reasonOf({ message, cause }: Error): string {
  const because = cause instanceof Error && !message.includes(cause.message) ? `: ${reasonOf(cause)}` : '';
  return `${message
    .replaceAll(/<[^>]*>|\s+/g, ' ')
    .replaceAll(/ +/g, ' ')
    .slice(0, 300)}${because}`;
}
