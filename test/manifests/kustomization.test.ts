import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { FOLDER, files, podTemplates } from './manifests.js';

interface Kustomization {
  readonly resources: readonly string[];
  readonly images?: readonly { readonly name: string; readonly newTag: string }[];
  readonly configMapGenerator?: readonly { readonly files: readonly string[] }[];
}

const kustomizations = files
  .filter((file) => file.endsWith('kustomization.yaml'))
  .map((file) => ({
    folder: dirname(file),
    content: parse(readFileSync(join(FOLDER, file), 'utf8')) as Kustomization,
  }));

/** What is beside a kustomization for people, or for a build. */
const OTHERS = ['kustomization.yaml', 'README.md', 'Dockerfile'];

describe('kustomize', () => {
  it('has a kustomization in every folder', () => {
    const folders = new Set(files.map((file) => dirname(file)).filter((folder) => folder !== '.'));
    expect(kustomizations.map(({ folder }) => folder).sort()).toEqual([...folders].sort());
  });

  it.each(kustomizations)(
    'in $folder lists every file, and none that is not there',
    ({ folder, content }) => {
      const beside = files.filter((file) => dirname(file) === folder).map((file) => basename(file));
      const generated = content.configMapGenerator?.flatMap((generator) => generator.files) ?? [];
      const listed = [...content.resources, ...generated];
      expect(listed.filter((path) => !existsSync(join(FOLDER, folder, path)))).toEqual([]);
      expect(listed.filter((path) => !path.startsWith('../')).sort()).toEqual(
        beside.filter((name) => !OTHERS.includes(name)).sort(),
      );
    },
  );

  it.each(kustomizations)('in $folder sets versions of images that are used', ({ folder, content }) => {
    const images = podTemplates
      .filter(({ file }) => dirname(file) === folder)
      .flatMap(({ pod }) => pod.containers.map(({ image }) => image));
    for (const { name, newTag } of content.images ?? []) expect(images).toContain(`${name}:${newTag}`);
  });
});
