import { withOverride } from '../../facts/overrides.js';
import { workloadCheck } from './define.js';

export const imagesAreNamed = workloadCheck(
  {
    code: 'PMCP-D070',
    title: 'Images have a version.',
    why: '`latest`, or no tag, is another image tomorrow: pods of one deployment then run different code, and a rollback brings nothing back.',
    cure: 'Name a version, better with its digest: `notes:1.0.0@sha256:…`.',
    severity: 'fail',
  },
  ({ title, containers }, all) =>
    containers.flatMap((container) => {
      const image = container.spec.image ?? '';
      if (image === '' || isFixed(withOverride(image, all))) return [];
      const found = `${title}: container ${container.name} has the image ${image}, which names no version`;
      return [{ found, where: container.at(['image']) }];
    }),
);

function isFixed(image: string): boolean {
  if (image.includes('@sha256:')) return true;
  const [, tag] = /:([\w.-]+)$/.exec(image) ?? [];
  return tag !== undefined && tag !== 'latest';
}
