import type { IncomingMessage, ServerResponse } from 'node:http';
import { whenGone } from '../../http/when-gone.js';
import type { Tap } from '../../proxy/http/body.js';
import type { HttpExchange } from '../../proxy/http/exchange.js';
import type { Asking } from '../../proxy/http/request-head.js';
import type { HttpConnections } from '../../proxy/http/sessions.js';
import { tapAnswer } from './answer.js';
import { type Source, tap } from './incoming.js';
import { type Setting, Tape } from './tape.js';

const MAX_BYTES = 1 << 16;

/** What observes the exchanges, once there is a server that was not found. */
export interface HttpHearing {
  readonly connections: HttpConnections;
  begin(asking: Asking): HttpExchange;
  /** The exchanges of this server are reported here, so nothing else must report them too. */
  ignore(server: object): void;
}

/** Receives an exchange, like the one of the proxy. */
interface Told {
  readonly exchange: HttpExchange;
  readonly question: Tap;
  answer: Tap | undefined;
}

/** An HTTP exchange of this process. It is only read: nothing is consumed or changed. */
export class HeardExchange {
  private readonly tape = new Tape<Told>(MAX_BYTES);

  /**
   * @param onGone called when the answer is complete, or its client disconnected
   * @param onFailed called when observing it failed
   */
  constructor(
    private readonly request: IncomingMessage,
    private readonly response: ServerResponse,
    private readonly onGone: (exchange: HeardExchange) => void,
    private readonly onFailed: () => void,
  ) {
    const { method, url, headers } = request;
    this.asking = { method, url, headers };
    tap(request as unknown as Source, (chunk) => this.asked(chunk));
    tapAnswer(response, {
      head: (statusCode, headers) =>
        this.tell((told) => {
          told.answer = told.exchange.responseBegan({ statusCode, headers });
        }),
      chunk: (bytes) => this.tell(({ answer }) => answer?.write(bytes), bytes.length),
    });
    whenGone(response, { gone: () => this.gone() });
  }

  /** Read early, since routers of frameworks shorten the path. */
  private readonly asking: Pick<IncomingMessage, 'method' | 'url' | 'headers'>;

  get status(): number | undefined {
    return this.response.headersSent ? this.response.statusCode : undefined;
  }

  /** Reports the exchange from its beginning, if that was kept. */
  hear({ begin }: Pick<HttpHearing, 'begin'>, at: Setting): void {
    this.tape.play(() => {
      const exchange = begin(this.asking);
      return { exchange, question: exchange.requestBody(), answer: undefined };
    }, at);
  }

  drop(): void {
    this.tape.drop();
  }

  private asked(chunk: Uint8Array | undefined): void {
    if (chunk === undefined) this.tell(({ question }) => question.end());
    else {
      const bytes = Buffer.from(chunk);
      this.tell(({ question }) => question.write(bytes), bytes.length);
    }
  }

  private gone(): void {
    const { request, response } = this;
    const isComplete = response.writableFinished;
    this.tell(({ exchange, question, answer }) => {
      if (!request.complete) question.drop();
      if (isComplete) answer?.end();
      else exchange.clientGone();
    });
    this.attempt(() => this.onGone(this));
  }

  private tell(event: (told: Told) => void, bytes?: number): void {
    this.attempt(() => this.tape.tell(event, bytes));
  }

  private attempt(work: () => void): void {
    try {
      work();
    } catch {
      this.onFailed();
    }
  }
}
