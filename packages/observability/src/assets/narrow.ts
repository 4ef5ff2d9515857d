/** Which pods are servers, for configurations that discover pods in Kubernetes. An empty list selects all. */
export interface Pods {
  readonly namespaces: readonly string[];
  /** The labels of these pods, as `key=value`. */
  readonly labels: readonly string[];
}

const SCRAPED = '  - job_name: pmcp\n    kubernetes_sd_configs:\n      - role: pod\n';
const MONITORED = '  namespaceSelector:\n    any: true\n  selector: {}\n';

/** Returns the text of a file with the pods selected, if the file discovers pods. */
export function narrowed(text: string, pods: Pods): string {
  return text.replace(SCRAPED, () => scraped(pods)).replace(MONITORED, () => monitored(pods));
}

function scraped({ namespaces, labels }: Pods): string {
  const named = `        namespaces:\n          names:\n${list(namespaces, 12)}`;
  const selected = `        selectors:\n          - role: pod\n            label: ${JSON.stringify(labels.join(','))}\n`;
  return SCRAPED + (namespaces.length > 0 ? named : '') + (labels.length > 0 ? selected : '');
}

function monitored({ namespaces, labels }: Pods): string {
  const named = namespaces.length > 0 ? `    matchNames:\n${list(namespaces, 6)}` : '    any: true\n';
  const selected =
    labels.length > 0
      ? `  selector:\n    matchExpressions:\n${labels.map(expression).join('')}`
      : '  selector: {}\n';
  return `  namespaceSelector:\n${named}${selected}`;
}

function expression(label: string): string {
  const [key = '', value = ''] = label.split('=');
  return `      - key: ${JSON.stringify(key)}\n        operator: In\n        values:\n${list([value], 10)}`;
}

function list(values: readonly string[], indent: number): string {
  return values.map((value) => `${' '.repeat(indent)}- ${JSON.stringify(value)}\n`).join('');
}
