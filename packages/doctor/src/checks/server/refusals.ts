import { SdkHttpError } from '@modelcontextprotocol/client';
import type { Code, Finding } from '../../check.js';

/** What an answer that is not MCP means. */
interface Meaning {
  readonly means: string;
  readonly why: string;
  readonly cure: string;
  /** Checks that say which program does not answer. */
  readonly follows?: readonly Code[];
}

const GATEWAY: Meaning = {
  means: 'a gateway or proxy gets no answer from the server behind it',
  why: 'No client gets through, whether the server is down, or runs and is asked at the wrong address.',
  cure: 'See whether the server runs, and listens at the address that the gateway asks: `proxy_pass` of nginx, `--upstream` of the proxy, `kubectl get endpointslices` of a Service.',
  follows: ['PMCP-D014'],
};

const FORBIDDEN: Meaning = {
  means: 'the client is refused',
  why: 'Other clients that come the same way with the same rights are refused too. The server counts none of it, if a gateway refuses.',
  cure: 'The token may not do this, or the server does not know the name by which a proxy asks it: let the proxy pass `Host` on, or add the name to those that the server allows.',
};

const PATH: Meaning = {
  means: 'there is no MCP server at this path',
  why: 'Clients with this address get the same answer, while the server may be well at another path.',
  cure: 'Use the whole address with its path, such as `https://mcp.example.com/mcp`.',
};

const MEANINGS: Readonly<Record<number, Meaning>> = {
  403: FORBIDDEN,
  404: PATH,
  405: PATH,
  413: {
    means: 'it takes no request of this size',
    why: 'Agents send long arguments: the first request of a client is among the shortest.',
    cure: 'Raise the limit of the gateway, such as `client_max_body_size` of nginx, or of the body parser of the server.',
  },
  421: FORBIDDEN,
  429: {
    means: 'the client asks too often',
    why: 'Clients behind one address share its rate, and all of them are turned away.',
    cure: 'Try again later, or raise the rate that the gateway allows one address.',
  },
  500: {
    means: 'the server failed',
    why: 'The first request of each client fails, so nobody can use the server.',
    cure: 'The log of the server has the error and where it was thrown.',
  },
  502: GATEWAY,
  503: GATEWAY,
  504: GATEWAY,
};

/** Says what the HTTP status of an answer means for a client; undefined if the error has no such status. */
export function refusal(href: string, error: Error): Finding | undefined {
  if (!(error instanceof SdkHttpError)) return undefined;
  const meaning = MEANINGS[error.status ?? 0];
  if (meaning === undefined) return undefined;
  const { means, ...rest } = meaning;
  const said = wordsOf(typeof error.data.text === 'string' ? error.data.text : '');
  return { found: `${href} answers ${error.status}${said === '' ? '' : ` "${said}"`}: ${means}`, ...rest };
}

const MOST_CHARACTERS = 160;

/** Returns what the body of an answer says to a person: its message, or its text without the markup. */
function wordsOf(body: string): string {
  return (messageOf(body) ?? titleOf(body) ?? body)
    .replaceAll(/<[^>]*>|\s+/g, ' ')
    .replaceAll(/ +/g, ' ')
    .trim()
    .slice(0, MOST_CHARACTERS);
}

function titleOf(body: string): string | undefined {
  return /<title>([^<]*)<\/title>/i.exec(body.slice(0, 10_000))?.[1];
}

function messageOf(body: string): string | undefined {
  try {
    const { error, message } = JSON.parse(body) as { readonly error?: unknown; readonly message?: unknown };
    const inner = (error as { readonly message?: unknown } | null | undefined)?.message;
    return [inner, message, error].find((one): one is string => typeof one === 'string');
  } catch {
    return undefined;
  }
}
