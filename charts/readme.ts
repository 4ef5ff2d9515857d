import { valuesTable } from './render.js';
import type { Values } from './value.js';

/** Returns the page of the chart in a registry. */
export function readme(values: Values): string {
  return `# pmcp-server

<!-- Generated from charts/values by \`npm run generate\`. -->

A Helm chart for a server of the Model Context Protocol, in any language, with metrics, alerts, dashboards and an autoscaler. Servers that use
[@pmcp/observability](https://github.com/pmcp/observability) run alone. All others get its proxy beside them.

It is private by default. Pods run without rights, nobody outside of the cluster reaches them, and a NetworkPolicy allows only Prometheus. No
value is a secret: name an existing Secret. [How to install and use it](../../docs/helm.md).

## Values

A wrong name or type stops the installation. The message lists the names that exist.

${valuesTable(values)}
`;
}
