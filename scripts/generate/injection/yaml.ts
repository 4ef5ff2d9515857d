import { stringify } from 'yaml';

const HEAD = '# Generated from scripts/generate/injection by `npm run generate`.';

export const yaml = (...objects: readonly object[]): string =>
  `${HEAD}\n${objects.map((object) => stringify(object, { lineWidth: 0, aliasDuplicateObjects: false })).join('---\n')}`;
