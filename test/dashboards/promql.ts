import { parser } from '@prometheus-io/lezer-promql';

export interface Selector {
  readonly metric: string;
  readonly matchers: readonly string[];
}

type Node = ReturnType<typeof parser.parse>['topNode'];

/** Returns where a query has syntax errors. */
export function syntaxErrors(query: string): string[] {
  return faults(parser, query);
}

/** Does the same for any Lezer grammar. */
export function faults(grammar: Pick<typeof parser, 'parse'>, query: string): string[] {
  const errors: string[] = [];
  grammar.parse(query).iterate({
    enter: ({ type, from, to }) => {
      if (type.isError) errors.push(query.slice(from, to) || `at ${from}`);
    },
  });
  return errors;
}

/** Returns every selector of a query with its matchers as they are written. */
export function selectorsOf(query: string): Selector[] {
  return nodes(query, 'VectorSelector').map((selector) => ({
    metric: textOf(query, selector.getChild('Identifier')),
    matchers: nodesIn(selector, ['UnquotedLabelMatcher', 'LabelMatcher']).map((node) => textOf(query, node)),
  }));
}

/** Returns the functions around each selector, innermost first. */
export function functionsAround(query: string): { metric: string; window: string; functions: string[] }[] {
  return nodes(query, 'VectorSelector').map((selector) => {
    const functions: string[] = [];
    let window = '';
    for (let node: Node | null = selector.parent; node; node = node.parent) {
      if (node.name === 'MatrixSelector') window = /\[([^\]]*)\]$/.exec(textOf(query, node))?.[1] ?? '';
      if (node.name === 'FunctionCall') functions.push(textOf(query, node.getChild('FunctionIdentifier')));
    }
    return { metric: textOf(query, selector.getChild('Identifier')), window, functions };
  });
}

function nodes(query: string, name: string): Node[] {
  return nodesIn(parser.parse(query).topNode, [name]);
}

function nodesIn(top: Node, names: readonly string[]): Node[] {
  const found: Node[] = [];
  top.cursor().iterate(({ node }) => {
    // Lezer's iteration continues past the end of the tree where it began.
    if (node.from < top.from || node.to > top.to) return false;
    if (names.includes(node.name)) found.push(node);
    return true;
  });
  return found;
}

function textOf(query: string, node: Node | null): string {
  return node ? query.slice(node.from, node.to) : '';
}
