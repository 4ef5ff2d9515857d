import { all, asked, waiting } from '../metrics.js';
import { always, both, called, legacy, lowLevel, modern, type Row, row, stateless, v1, v2 } from '../row.js';
import { begin } from '../scene.js';

const SAMPLING = 'sampling/createMessage';
const ELICITATION = 'elicitation/create';
const request = { timed: true };
/** Asked in a result and answered with the next request, perhaps to another process. */
const result = { timed: false };

const form = { mode: 'form' } as const;

const astray: NonNullable<Row['absent']> = [
  [
    both(v1, stateless),
    "the client's answer reaches another server; see the question that is never answered",
  ],
];

/** What SDK v2 does when it knows no way to the client: it asks nothing. */
const refusedByServer = (name: string) =>
  [both(v2, both(legacy, stateless)), called(name, 'tool_error', 'tool_error')] as const;

/** A user who is asked may do other things than answer. */
function elicitation(
  title: string,
  name: string,
  outcome: 'ok' | 'declined' | 'dismissed',
  mode: 'form' | 'url',
): Row {
  // What came back in a request tells no form from a URL when there is nothing in it.
  const inResult = asked(ELICITATION, outcome, result);
  return {
    ...row(
      title,
      (s) => begin(s, name),
      refusedByServer(name),
      [modern, all(called(name, 'input_required'), inResult, called(name))],
      [always, all(asked(ELICITATION, outcome, { ...request, mode }), called(name))],
    ),
    absent: astray,
  };
}

/** Requests of the server to its client. */
export const questions: readonly Row[] = [
  {
    ...row(
      'sampling is a request of the server',
      (s) => begin(s, 'samples'),
      refusedByServer('samples'),
      [modern, all(called('samples', 'input_required'), asked(SAMPLING, 'ok', result), called('samples'))],
      [always, all(asked(SAMPLING, 'ok', request), called('samples'))],
    ),
    absent: astray,
  },
  {
    ...row(
      'elicitation is a request of the server',
      (s) => begin(s, 'elicits'),
      refusedByServer('elicits'),
      [
        modern,
        all(
          called('elicits', 'input_required'),
          asked(ELICITATION, 'ok', { ...result, ...form }),
          called('elicits'),
        ),
      ],
      [always, all(asked(ELICITATION, 'ok', { ...request, ...form }), called('elicits'))],
    ),
    absent: astray,
  },
  elicitation('elicitation that the user declines is declined', 'elicits-declined', 'declined', 'form'),
  elicitation('elicitation that the user closes is dismissed', 'elicits-dismissed', 'dismissed', 'form'),
  elicitation('elicitation by URL has a mode of its own', 'elicits-by-url', 'ok', 'url'),
  {
    ...row(
      'roots are a request of the server',
      (s) => begin(s, 'lists-roots'),
      refusedByServer('lists-roots'),
      [
        modern,
        all(
          called('lists-roots', 'input_required'),
          asked('roots/list', 'ok', result),
          called('lists-roots'),
        ),
      ],
      [always, all(asked('roots/list', 'ok', request), called('lists-roots'))],
    ),
    absent: astray,
  },
  {
    ...row(
      'sampling that the client refuses with a code of its own is a server_error of the question',
      (s) => begin(s, 'samples-in-vain'),
      refusedByServer('samples-in-vain'),
      // The client does not come back, so only its first request is seen.
      [modern, called('samples-in-vain', 'input_required')],
      [
        lowLevel,
        all(asked(SAMPLING, 'server_error', request), called('samples-in-vain', 'server_error', '-1')),
      ],
      [
        always,
        all(asked(SAMPLING, 'server_error', request), called('samples-in-vain', 'tool_error', 'tool_error')),
      ],
    ),
    absent: astray,
  },
  {
    ...row(
      'elicitation that the client rejects as invalid is a client_error of the question',
      (s) => begin(s, 'elicits-in-vain'),
      refusedByServer('elicits-in-vain'),
      [modern, called('elicits-in-vain', 'input_required')],
      [
        lowLevel,
        all(
          asked(ELICITATION, 'client_error', { ...request, ...form }),
          called('elicits-in-vain', 'client_error', '-32602'),
        ),
      ],
      [
        always,
        all(
          asked(ELICITATION, 'client_error', { ...request, ...form }),
          called('elicits-in-vain', 'tool_error', 'tool_error'),
        ),
      ],
    ),
    absent: astray,
  },
  {
    title: 'a question that is never answered ends as cancelled with its connection',
    steps: [
      {
        does: (s) => begin(s, 'samples-for-ever'),
        grows: [
          refusedByServer('samples-for-ever'),
          [modern, called('samples-for-ever', 'input_required')],
          [always, waiting('tools/call')],
        ],
      },
      {
        does: (s) => s.peer.leave(),
        grows: [
          refusedByServer('samples-for-ever'),
          [modern, called('samples-for-ever', 'input_required')],
          [
            always,
            all(asked(SAMPLING, 'cancelled', request), called('samples-for-ever', 'cancelled', 'closed')),
          ],
        ],
      },
    ],
    alone: true,
  },
];
