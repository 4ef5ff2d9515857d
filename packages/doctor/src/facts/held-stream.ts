/** How a stream ended that a client holds open. */
export type End =
  /** The server, or what is before it, offers none. */
  | { readonly how: 'not offered' }
  /** With its last chunk, as a server ends what it wants to end. */
  | { readonly how: 'closed' }
  /** In the middle, or with the status of a gateway that no longer waited. */
  | {
      readonly how: 'cut';
      readonly status?: number;
      readonly seconds: number;
      /** Seconds since its last byte, or since it began. */
      readonly quiet: number;
    };

/** A stream that brings news when there are some, and is quiet in between. */
export interface HeldStream {
  /** Resolves when the first byte or the end arrives. */
  readonly first: Promise<void>;
  readonly end: Promise<End>;
}

type Answer = Pick<Response, 'ok' | 'status' | 'body'>;

/** The statuses by which gateways say that they did not wait any longer. */
const GAVE_UP: readonly number[] = [408, 504];

/** Reads a stream until its end, whatever it brings. */
export function hold(asked: Promise<Answer>): HeldStream {
  const begin = performance.now();
  let heard = begin;
  let tell = () => {};
  const first = new Promise<void>((resolve) => {
    tell = resolve;
  });
  const cut = (status?: number): End => {
    const now = performance.now();
    const times = { seconds: (now - begin) / 1_000, quiet: (now - heard) / 1_000 };
    return { how: 'cut', ...times, ...(status !== undefined && { status }) };
  };
  const read = async (): Promise<End> => {
    try {
      const { ok, status, body } = await asked;
      if (GAVE_UP.includes(status)) return cut(status);
      if (!ok || body === null) return { how: 'not offered' };
      heard = performance.now();
      for await (const _ of body) {
        heard = performance.now();
        tell();
      }
      return { how: 'closed' };
    } catch {
      return cut();
    } finally {
      tell();
    }
  };
  return { first, end: read() };
}

/** How soon a request fails on an idle connection that the server closes at the same moment. */
const CLOSED_MS = 500;

/** Asks again where nothing was answered and the connection was gone at once: what is in front of a server does the same again. */
export async function askedTwice<T>(ask: () => Promise<T>): Promise<T> {
  const begin = performance.now();
  try {
    return await ask();
  } catch (error) {
    if (performance.now() - begin > CLOSED_MS) throw error;
    return ask();
  }
}

type Fetch = (url: string | URL, init?: RequestInit) => Promise<Response>;

/** The stream that a client of the SDK opens for itself, and how it ended, by the `fetch` to give to this client. */
export interface Watched {
  readonly fetch: Fetch;
  readonly end: Promise<End>;
}

/** Watches the first GET that is sent with a `fetch`. A session has only one such stream, so no other can be opened. */
export function watched(ask: Fetch): Watched {
  let tell: (end: Promise<End>) => void = () => {};
  const end = new Promise<End>((resolve) => {
    tell = resolve;
  });
  let isFirst = true;
  return {
    end,
    async fetch(url, init) {
      if (init?.method !== 'GET' || !isFirst) return ask(url, init);
      isFirst = false;
      const both = askedTwice(() => ask(url, init)).then(twice);
      tell(hold(both.then(([, ours]) => ours)).end);
      const [theirs] = await both;
      return theirs;
    },
  };
}

/** Splits the body of an answer into two. What an error says is for the client alone. */
function twice(response: Response): readonly [Response, Answer] {
  const { ok, status, body } = response;
  if (!ok || body === null) return [response, { ok, status, body: null }];
  const [theirs, ours] = body.tee();
  return [new Response(theirs, response), { ok, status, body: ours }];
}
