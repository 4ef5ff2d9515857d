import { stringify } from 'yaml';

/** Returns YAML without anchors and folded lines, so a search for a query finds it in the file. */
export function toYaml(document: object): string {
  return stringify(document, { aliasDuplicateObjects: false, lineWidth: 0 });
}
