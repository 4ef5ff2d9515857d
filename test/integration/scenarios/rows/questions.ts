import { all, asked, type Growth, inProgress, operationEnded, waiting } from '../metrics.js';
import {
  always,
  both,
  called,
  legacy,
  lowLevel,
  modern,
  piped,
  type Row,
  row,
  stateless,
  v1,
  v2,
} from '../row.js';
import { begin } from '../scene.js';

const SAMPLING = 'sampling/createMessage';
const ELICITATION = 'elicitation/create';

/** The question comes in a result, and its answer with the next request: two rounds. */
const rounds = (name: string, question: Growth) =>
  all(called(name, 'input_required'), question, called(name), operationEnded('rounds', name));

/** The question comes in a result, and is never answered. */
const unanswered = (name: string) => all(called(name, 'input_required'), inProgress('rounds'));

const astray: NonNullable<Row['absent']> = [
  [
    both(v1, stateless),
    "the client's answer reaches another server; see the question that is never answered",
  ],
];

/** SDK v2 does not ask when it has no way to reach the client. */
const refusedByServer = (name: string) =>
  [both(v2, both(legacy, stateless)), called(name, 'tool_error', 'tool_error')] as const;

/** Users may do other things than answer a question. */
function elicitation(
  title: string,
  name: string,
  outcome: 'ok' | 'declined' | 'dismissed',
  mode: 'form' | 'url',
): Row {
  return {
    ...row(
      title,
      (s) => begin(s, name),
      refusedByServer(name),
      [modern, rounds(name, asked(ELICITATION, outcome, mode))],
      [always, all(asked(ELICITATION, outcome, mode), called(name))],
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
      [modern, rounds('samples', asked(SAMPLING))],
      [always, all(asked(SAMPLING), called('samples'))],
    ),
    absent: astray,
  },
  {
    ...row(
      'elicitation is a request of the server',
      (s) => begin(s, 'elicits'),
      refusedByServer('elicits'),
      [modern, rounds('elicits', asked(ELICITATION, 'ok', 'form'))],
      [always, all(asked(ELICITATION, 'ok', 'form'), called('elicits'))],
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
      [modern, rounds('lists-roots', asked('roots/list'))],
      [always, all(asked('roots/list'), called('lists-roots'))],
    ),
    absent: astray,
  },
  {
    ...row(
      'sampling that the client refuses with its own code is a server_error of the question',
      (s) => begin(s, 'samples-in-vain'),
      refusedByServer('samples-in-vain'),
      // The client does not come back, so only its first request is seen.
      [modern, unanswered('samples-in-vain')],
      [lowLevel, all(asked(SAMPLING, 'server_error'), called('samples-in-vain', 'server_error', '-1'))],
      [always, all(asked(SAMPLING, 'server_error'), called('samples-in-vain', 'tool_error', 'tool_error'))],
    ),
    absent: astray,
  },
  {
    ...row(
      'elicitation that the client rejects as invalid is a client_error of the question',
      (s) => begin(s, 'elicits-in-vain'),
      refusedByServer('elicits-in-vain'),
      [modern, unanswered('elicits-in-vain')],
      [
        lowLevel,
        all(asked(ELICITATION, 'client_error', 'form'), called('elicits-in-vain', 'client_error', '-32602')),
      ],
      [
        always,
        all(
          asked(ELICITATION, 'client_error', 'form'),
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
          [modern, unanswered('samples-for-ever')],
          [always, waiting('tools/call')],
        ],
      },
      {
        does: (s) => s.peer.leave(),
        grows: [
          refusedByServer('samples-for-ever'),
          [modern, unanswered('samples-for-ever')],
          [piped, waiting('tools/call')],
          [always, all(asked(SAMPLING, 'cancelled'), called('samples-for-ever', 'cancelled', 'closed'))],
        ],
      },
    ],
    alone: true,
  },
];
