import type { Check } from '../../check.js';
import { manifests } from '../../facts/manifests.js';

export const manifestsAreReadable: Check = {
  code: 'PMCP-D060',
  group: 'manifests',
  title: 'The manifests can be read.',
  why: 'What cannot be read is not checked, and no cluster takes it either.',
  cure: 'Correct the YAML. Render templates first: `helm template CHART | npx @pmcp/doctor --manifests -`.',
  needs: ['manifests'],
  rights: 'To read the files.',
  severity: 'fail',
  async run(context) {
    const { all, unreadable } = await context.get(manifests);
    const { manifests: root } = context.settings;
    if (all.length === 0 && unreadable.length === 0)
      return [
        {
          found: `${root === '-' ? 'the standard input' : root} has no object of Kubernetes and no Compose file`,
        },
      ];
    return unreadable.map(({ where, reason }) => ({ found: `this is no YAML: ${reason}`, where }));
  },
};
