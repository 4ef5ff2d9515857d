import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { all, FOLDER, files, podTemplates } from './manifests.js';

interface Kustomization {
  readonly kind: string;
  readonly namespace?: string;
  readonly resources?: readonly string[];
  readonly components?: readonly string[];
  readonly images?: readonly { readonly name: string; readonly newTag: string }[];
  readonly configMapGenerator?: readonly { readonly files: readonly string[] }[];
}

const kustomizations = files
  .filter((file) => file.endsWith('kustomization.yaml'))
  .map((file) => ({
    folder: dirname(file),
    content: parse(readFileSync(join(FOLDER, file), 'utf8')) as Kustomization,
  }));

/** Files beside a kustomization that are for readers or for a build. */
const OTHERS = ['kustomization.yaml', 'README.md', 'Dockerfile'];

const README = readFileSync(join(FOLDER, 'README.md'), 'utf8');

interface Named {
  readonly kind: string;
  readonly name: string | undefined;
  readonly namespace: string | undefined;
}

const partsOf = ({ resources = [], components = [] }: Kustomization) => [...resources, ...components];

/** Returns all objects of a kustomization, with those of its bases and components. */
function objectsOf(folder: string): Named[] {
  const { content } = kustomizations.find((kustomization) => kustomization.folder === folder)!;
  return partsOf(content).flatMap((path) => {
    if (path.startsWith('../')) return objectsOf(basename(path));
    const objects = all.filter(({ file }) => file === join(folder, path));
    return objects.map(({ kind, object: { metadata } }) => ({
      kind,
      name: metadata?.name,
      namespace: metadata?.namespace ?? content.namespace,
    }));
  });
}

interface Spec {
  readonly strategy?: { readonly type?: string };
  readonly ingress?: readonly Rule[];
  readonly egress?: readonly Rule[];
}

interface Rule {
  readonly ports?: readonly { readonly protocol?: string }[];
}

/**
 * Returns defaults that must be written out, because `kubectl apply` would remove them every time: a list
 * without a merge key, and a strategy, are replaced as a whole.
 */
function defaultsLeftOut({ kind, spec = {} }: { kind: string; spec?: unknown }): string[] {
  const { strategy, ingress, egress } = spec as Spec;
  const rules = kind === 'NetworkPolicy' ? [...(ingress ?? []), ...(egress ?? [])] : [];
  const ports = rules.flatMap((rule) => rule.ports ?? []);
  return [
    ...(kind === 'Deployment' && strategy && strategy.type === undefined ? ['strategy.type'] : []),
    ...ports.filter(({ protocol }) => protocol === undefined).map(() => 'ports.protocol'),
  ];
}

describe('kustomize', () => {
  it('has a kustomization in every folder', () => {
    const folders = new Set(files.map((file) => dirname(file)).filter((folder) => folder !== '.'));
    expect(kustomizations.map(({ folder }) => folder).sort()).toEqual([...folders].sort());
  });

  it.each(kustomizations)('in $folder lists every file, and no missing file', ({ folder, content }) => {
    const beside = files.filter((file) => dirname(file) === folder).map((file) => basename(file));
    const generated = content.configMapGenerator?.flatMap((generator) => generator.files) ?? [];
    const listed = [...partsOf(content), ...generated];
    expect(listed.filter((path) => !existsSync(join(FOLDER, folder, path)))).toEqual([]);
    expect(listed.filter((path) => !path.startsWith('../')).sort()).toEqual(
      beside.filter((name) => !OTHERS.includes(name)).sort(),
    );
  });

  it.each(kustomizations)('in $folder sets versions of used images', ({ folder, content }) => {
    const images = podTemplates
      .filter(({ file }) => dirname(file) === folder)
      .flatMap(({ pod }) => pod.containers.map(({ image }) => image));
    for (const { name, newTag } of content.images ?? []) expect(images).toContain(`${name}:${newTag}`);
  });

  it.each(kustomizations)(
    'creates the namespaces of $folder, or its README names what is needed',
    ({ folder }) => {
      const objects = objectsOf(folder);
      const made = objects.filter(({ kind }) => kind === 'Namespace').map(({ name }) => name);
      const missing = [...new Set(objects.map(({ namespace }) => namespace))].filter(
        (name) => !made.includes(name),
      );
      const [row = ''] = new RegExp(`^\\| \`${folder}\` .*$`, 'm').exec(README) ?? [];
      for (const name of missing) if (name) expect(row).toContain(`the namespace \`${name}\``);
    },
  );

  it('has a row in the README for each component, which it can add by one line', () => {
    const components = kustomizations.filter(({ content }) => content.kind === 'Component');
    const [, table = ''] = /\n\| component \|.*?\n\|[-| ]+\n(.*?)\n\n/s.exec(README) ?? [];
    const rows = [...table.matchAll(/^\| `([\w-]+)` \|/gm)].map(([, name]) => name);
    expect(rows.toSorted()).toEqual(components.map(({ folder }) => folder).sort());
    for (const { content } of components) expect(content.namespace).toBeUndefined();
  });

  it('has nothing to change when it is applied again', () => {
    const implied = all.flatMap(({ file, object }) =>
      defaultsLeftOut(object).map((path) => `${file} ${path}`),
    );
    expect(implied).toEqual([]);
  });
});
