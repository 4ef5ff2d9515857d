/**
 * Runs the official conformance suite against a server of each SDK, bare and wired in every way. The verdicts
 * of all checks must be the same. The toolkit must report each exchange exactly once, so an independent
 * counter must have the same numbers.
 */
import { parseArgs } from 'node:util';
import { differingExchanges, differingVerdicts, having, total } from './compare.js';
import { type Round, round } from './round.js';
import type { Revision } from './suite.js';
import { table } from './table.js';
import type { ServerName, Wiring } from './target.js';

interface Plan {
  readonly server: ServerName;
  readonly revisions: readonly Revision[];
  readonly wirings: readonly Wiring[];
}

const PLANS: readonly Plan[] = [
  { server: 'v1', revisions: ['2025-11-25'], wirings: ['observe(server)', 'register', 'proxy'] },
  {
    server: 'v2',
    revisions: ['2025-11-25', '2026-07-28'],
    wirings: ['observe(server)', 'observe(handler)', 'register', 'proxy'],
  },
];

type Row = readonly (string | number)[];
const HEAD: Row = ['server', 'wiring', 'passed', 'failed', 'warnings', 'differing', 'exchanges', 'reported'];

interface Outcome {
  readonly rows: Row[];
  readonly complaints: string[];
}

function row(
  server: ServerName,
  wiring: Wiring,
  { verdicts, counted, reported }: Round,
  differing: number,
): Row {
  const verdict = ['SUCCESS', 'FAILURE', 'WARNING'].map((status) => having(verdicts, status));
  return [server, wiring, ...verdict, differing, total(counted), reported ? total(reported) : '-'];
}

async function outcomeOf({ server, revisions, wirings }: Plan): Promise<Outcome> {
  const bare = await round(server, 'bare', revisions);
  const rows = [row(server, 'bare', bare, 0)];
  const complaints: string[] = [];
  for (const wiring of wirings) {
    const observed = await round(server, wiring, revisions);
    const verdicts = differingVerdicts(bare.verdicts, observed.verdicts);
    const exchanges = differingExchanges(observed.counted, observed.reported ?? new Map());
    complaints.push(...[...verdicts, ...exchanges].map((complaint) => `${server} ${wiring}: ${complaint}`));
    rows.push(row(server, wiring, observed, verdicts.length));
  }
  return { rows, complaints };
}

const { positionals } = parseArgs({ allowPositionals: true });
const plans = PLANS.filter(({ server }) => positionals.length === 0 || positionals.includes(server));
const outcomes: Outcome[] = [];
for (const plan of plans) outcomes.push(await outcomeOf(plan));
const complaints = outcomes.flatMap((outcome) => outcome.complaints);
process.stdout.write(table([HEAD, ...outcomes.flatMap(({ rows }) => rows)]));
for (const complaint of complaints) process.stderr.write(`${complaint}\n`);
process.exitCode = complaints.length > 0 ? 1 : 0;
