import { catalog, doctorCatalog, jobCatalog, type Metric } from '@pmcp/observability/catalog';
import { parser } from '@prometheus-io/lezer-promql';
import * as external from '../../alerts/external.js';
import { slowCalls } from '../../alerts/rules/tools.js';
import { recorded } from '../../alerts/slo/recording.js';
import { LONGER_WINDOWS } from '../../alerts/slo/windows.js';
import { EDGE_QUANTILES, EDGES, edgeRequests, edgeSeconds } from '../../prometheus/edges.js';
import { recordings } from '../../prometheus/recorded.js';

type SyntaxNode = ReturnType<typeof parser.parse>['topNode'];

/** The labels that scraping adds to every series. */
const OF_A_TARGET = [
  'cluster',
  'namespace',
  'app_kubernetes_io_name',
  'service',
  'job',
  'instance',
  'pod',
  'node',
  'container',
];

/** The metrics of gateways and ingress controllers. */
export const OF_EDGES: readonly Metric[] = EDGES.flatMap(({ requests, durations }) => [
  requests,
  ...(durations ? [durations.of] : []),
]);

/** The labels of every metric that rules may read. */
const LABELS = new Map<string, readonly string[]>(
  [
    ...Object.values(catalog),
    ...Object.values(jobCatalog),
    ...Object.values(doctorCatalog),
    ...Object.values(external).flatMap((metrics) => Object.values(metrics)),
    ...OF_EDGES,
    ...recordings([]).map(({ metric }) => metric),
    slowCalls,
    edgeRequests,
    ...EDGE_QUANTILES.map(edgeSeconds),
    ...Object.values(recorded).flatMap((metric) =>
      typeof metric === 'function' ? [...LONGER_WINDOWS, '5m', '30d'].map(metric) : [metric],
    ),
  ].flatMap(({ name, type, labels }: Metric) =>
    type === 'histogram'
      ? [
          [`${name}_bucket`, [...labels, 'le']],
          [`${name}_count`, labels],
          [`${name}_sum`, labels],
          [name, labels],
        ]
      : [[name, labels]],
  ),
);

export const knownMetrics: readonly string[] = [...LABELS.keys()];

/** Returns the labels that the series of a query can have. */
export function labelsOf(query: string): Set<string> {
  return new Flow(query).labels();
}

/** Returns the metrics that a query reads. */
export function metricsOf(query: string): string[] {
  return new Flow(query).metrics();
}

class Flow {
  private readonly tree: ReturnType<typeof parser.parse>;

  constructor(private readonly query: string) {
    this.tree = parser.parse(query);
  }

  labels(): Set<string> {
    const first = this.tree.topNode.firstChild;
    if (!first) throw new Error(`Expected a query, got ${JSON.stringify(this.query)}`);
    return this.of(first);
  }

  metrics(): string[] {
    const names: string[] = [];
    this.tree.iterate({
      enter: (node) => {
        if (node.type.isError) throw new Error(`${this.query} does not parse at ${node.from}`);
        if (node.name === 'VectorSelector') names.push(this.metric(node.node));
      },
    });
    return names;
  }

  private of(node: SyntaxNode): Set<string> {
    switch (node.name) {
      case 'AggregateExpr':
        return this.aggregation(node);
      case 'BinaryExpr':
        return this.operation(node);
      case 'FunctionCall':
        return this.call(node);
      case 'VectorSelector':
        return this.selector(node);
      case 'ParenExpr':
      case 'MatrixSelector':
      case 'OffsetExpr':
      case 'SubqueryExpr':
        return this.of(
          node.firstChild?.name === '(' ? (node.firstChild.nextSibling as SyntaxNode) : inner(node),
        );
      default:
        return new Set();
    }
  }

  private selector(node: SyntaxNode): Set<string> {
    const name = this.metric(node);
    const own = LABELS.get(name);
    if (!own) throw new Error(`Expected a metric that is known, got ${name}`);
    return new Set([...OF_A_TARGET, ...own]);
  }

  private aggregation(node: SyntaxNode): Set<string> {
    const modifier = node.getChild('AggregateModifier');
    const body = node.getChild('FunctionCallBody') as SyntaxNode;
    const all = this.of(children(body).at(-1) as SyntaxNode);
    if (!modifier) return new Set();
    const named = this.named(modifier);
    const keeps = this.text(modifier).startsWith('by');
    return new Set([...all].filter((label) => named.includes(label) === keeps));
  }

  private operation(node: SyntaxNode): Set<string> {
    const [left, right] = operands(node).map((side) => ({ side, labels: this.of(side) }));
    if (!left || !right) throw new Error(`Expected two operands in ${this.text(node)}`);
    if (node.getChild('Or')) return new Set([...left.labels, ...right.labels]);
    if (node.getChild('And') || node.getChild('Unless')) return left.labels;
    if (left.side.name === 'NumberDurationLiteralInDurationContext' || left.labels.size === 0) {
      return right.labels;
    }
    const on = node.getChild('MatchingModifierClause');
    if (!on || on.getChild('GroupLeft')) return left.labels;
    const named = this.named(on);
    return this.text(on).startsWith('on')
      ? new Set([...left.labels].filter((label) => named.includes(label)))
      : new Set([...left.labels].filter((label) => !named.includes(label)));
  }

  private call(node: SyntaxNode): Set<string> {
    const name = this.text(node.firstChild as SyntaxNode);
    const args = children(node.getChild('FunctionCallBody') as SyntaxNode);
    if (name.startsWith('absent')) return this.matched(args[0] as SyntaxNode);
    if (name === 'vector' || name === 'time') return new Set();
    const [vector] = args.filter(({ name }) => !/Literal|UnaryExpr/.test(name));
    const labels = vector ? this.of(vector) : new Set<string>();
    if (name === 'histogram_quantile') labels.delete('le');
    if (name === 'label_replace') labels.add(this.text(args[1] as SyntaxNode).replaceAll('"', ''));
    return labels;
  }

  /** For a series that does not exist, `absent` returns the labels that the query matches exactly. */
  private matched(node: SyntaxNode): Set<string> {
    return new Set([...this.text(node).matchAll(/(\w+)="/g)].map(([, label]) => String(label)));
  }

  private metric(node: SyntaxNode): string {
    return this.text(node).replace(/[{[\s].*$/s, '');
  }

  private named(node: SyntaxNode): string[] {
    const list = /\(([^)]*)\)/.exec(this.text(node))?.[1] ?? '';
    return list.split(',').map((label) => label.trim());
  }

  private text({ from, to }: SyntaxNode): string {
    return this.query.slice(from, to);
  }
}

function inner(node: SyntaxNode): SyntaxNode {
  return node.firstChild as SyntaxNode;
}

function children(node: SyntaxNode): SyntaxNode[] {
  const found: SyntaxNode[] = [];
  for (let child = node.firstChild; child; child = child.nextSibling) {
    if (/[A-Z]/.test(child.name)) found.push(child);
  }
  return found;
}

/** Returns the operands of an operator, without the operator and its matching clause. */
function operands(node: SyntaxNode): SyntaxNode[] {
  return children(node).filter(({ name }) => /(Expr|Selector|Call|Literal)/.test(name));
}
