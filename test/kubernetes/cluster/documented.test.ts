import { beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../../scripts/free-port.js';
import { kubectl, kubectlSays, restrictedNamespace } from '../support/cluster.js';
import { withComponents } from '../support/components.js';
import { documented } from '../support/documented.js';
import { standIns } from '../support/stand-ins.js';

/** What pages and runbooks look at: the base with its Ingress, and then what replaces or adds to it. */
const EXAMPLES = ['base', 'doctor', 'prometheus', 'prometheus-adapter', 'prometheus-mtls'];
const COMPONENTS = ['gateway', 'mtls', 'hpa', 'backup', 'restore'];

/** What changes objects: the server checks it as if it were meant, and changes nothing. */
const CHANGING = ['create', 'delete', 'scale'];
/** What asks a node, which nothing answers for here. */
const AT_A_NODE = ['exec', 'logs', 'port-forward'];
/** Tests of their own run these: of the examples, of the chart, of injection, and of the autoscalers. */
const ELSEWHERE =
  /^(apply|label|patch|rollout|config|proxy|kustomize|diff|delete --kustomize|create (namespace|deployment|configmap))\b|--raw|--watch|^get apiservice v1|^auth|^version/;
/** A sentence can name a command without its operands. */
const IS_A_NAME = /^(describe|logs|port-forward|describe certificate)$/;

interface Case {
  readonly verb: string;
  readonly line: string;
  readonly args: readonly string[];
}

/** The test of the chart installs it, and then runs all commands of its page. */
const OF_CHART = 'docs/helm.md';

const cases: readonly Case[] = documented()
  .filter(({ page }) => page !== OF_CHART)
  .map(({ args }) => {
    const line = args.join(' ').replace(/^(?:-n|--namespace|--context) \S+ /, '');
    return { verb: line.split(' ', 1)[0]!, line, args };
  })
  .filter(({ line }) => !ELSEWHERE.test(line) && !IS_A_NAME.test(line));
const having = (verbs: readonly string[]) => cases.filter(({ verb }) => verbs.includes(verb));
const asking = cases.filter(({ verb }) => ![...CHANGING, ...AT_A_NODE, 'debug'].includes(verb));

/** Advice of the doctor is for the namespace of the one who reads it. */
const inNamespace = (args: readonly string[]) =>
  /^(-n|--context)$/.test(args[0]!) ? args : ['-n', 'notes', ...args];

describe('kubectl as pages and runbooks use it', () => {
  beforeAll(async () => {
    await restrictedNamespace('monitoring');
    for (const example of EXAMPLES) await kubectl(['apply', `--kustomize=examples/kubernetes/${example}`]);
    await kubectl(['apply', `--kustomize=${withComponents(COMPONENTS)}`]);
    const { objects, statuses } = standIns(await freePort());
    await kubectl(['apply', '--server-side', '--filename=-'], objects);
    await kubectl(['apply', '--server-side', '--subresource=status', '--filename=-'], statuses);
  });

  it('is there often', () => {
    expect([asking, having(CHANGING), having(AT_A_NODE)].map(({ length }) => length >= 10)).toEqual([
      true,
      true,
      true,
    ]);
  });

  it.each(asking)('finds what it asks for: $line', async ({ args }) => {
    const { status, stdout, stderr } = await kubectlSays(inNamespace(args));
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout.trim()).not.toBe('');
  });

  it.each(having(CHANGING))('may change what it names: $line', async ({ args }) => {
    expect(await kubectl([...inNamespace(args), '--dry-run=server'])).toMatch(/\((server )?dry run\)/);
  });

  it.each(having(AT_A_NODE))('finds the node of what it names: $line', async ({ args }) => {
    const { status, stderr } = await kubectlSays(inNamespace(args));
    expect(status).not.toBe(0);
    expect(stderr).toMatch(/dial tcp 127\.0\.0\.1:\d+: connect: connection refused/);
  });

  it.each(having(['debug']))('starts a pod at a node, without a warning: $line', async ({ args }) => {
    // A terminal would wait for a pod that never runs here.
    expect(await kubectl(args.filter((arg) => arg !== '-it'))).toMatch(/^Creating debugging pod /);
  });
});
