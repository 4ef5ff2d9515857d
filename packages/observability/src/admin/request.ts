import type { Socket } from 'node:net';

/** A request as the routes need it, whichever server received it. */
export interface AdminRequest {
  readonly method: string;
  /** Target of the request. A trailing slash or a query string makes no difference. */
  readonly path: string;
  /** Value of a request header, by its name in lower case. */
  readonly header: (name: string) => string | undefined;
  /** Whether the request came over TLS. */
  readonly secure: boolean;
  /** Undefined where the server does not tell it. */
  readonly socket?: Socket | undefined;
  /** Aborted when the client no longer waits for the answer, where the server tells it. */
  readonly signal?: AbortSignal;
  /** Whether other paths belong to the application. Then `/` does too. */
  readonly isShared: boolean;
}
