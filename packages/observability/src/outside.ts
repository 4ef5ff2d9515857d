import { AsyncResource } from 'node:async_hooks';

/**
 * Does work on nobody's behalf. What happens in the background often begins in the middle of a request, the first one or the one
 * that fills a batch. Without this, its timers and sockets would keep that request's context for ever, and their log lines
 * would bear its trace.
 */
export const outside = AsyncResource.bind((work: () => unknown) => work()) as <Result>(
  work: () => Result,
) => Result;
