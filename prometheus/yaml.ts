import { stringify } from 'yaml';

/** YAML without anchors and folded lines, for tools and people that read line by line: a query is found by searching for it. */
export function toYaml(document: object): string {
  return stringify(document, { aliasDuplicateObjects: false, lineWidth: 0 });
}
