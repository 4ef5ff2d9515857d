import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { all, get } from './manifests.js';

const FOLDER = join(import.meta.dirname, '../../alerts/runbooks');

/** Kinds that a cluster creates for the manifests, or has besides them. */
const OTHER_KINDS = [
  ...['pod', 'replicaset', 'endpointslice', 'event', 'job', 'certificate', 'certificaterequest', 'order'],
  ...['challenge', 'apiservice'],
];
const SHORT: Readonly<Record<string, string>> = {
  deploy: 'deployment',
  hpa: 'horizontalpodautoscaler',
  rs: 'replicaset',
};
const kinds = new Set([...all.map(({ kind }) => kind.toLowerCase()), ...OTHER_KINDS]);

const { metadata, spec } = get('Deployment', 'base/deployment.yaml');
const ports = spec!.template!.spec!.containers.flatMap(({ ports = [] }) =>
  ports.map(({ containerPort }) => containerPort),
);

const pages = readdirSync(FOLDER).map((file) => ({ file, text: readFileSync(join(FOLDER, file), 'utf8') }));
/** In code blocks and in sentences. */
const commands = pages.flatMap(({ file, text }) =>
  [...text.matchAll(/```sh\n(.+?)\n```|`(kubectl [^`]+)`/gs)].map(([, fenced, inline]) => ({
    file,
    command: fenced ?? String(inline),
  })),
);

function found(pattern: RegExp): string[] {
  return commands.flatMap(({ command }) => [...command.matchAll(pattern)].map(([, value]) => String(value)));
}

describe('the commands of runbooks', () => {
  it.each(commands)('are valid in a shell: $file $command', ({ command }) => {
    execFileSync('bash', ['-n', '-c', command]);
  });

  it('use ports of the shipped pods', () => {
    const reached = new Set(found(/port-forward \S+ (\d+)/g).map(Number));
    expect([...reached]).toEqual([9090]);
    expect(ports).toEqual(expect.arrayContaining([...reached]));
  });

  it('start manual backups under names that the alerts about backups watch', () => {
    const watched = /^.*backup.*$/;
    const names = found(/--from=cronjob\/\$CRONJOB (\S+)/g).map((name) =>
      name.replace('$CRONJOB', 'postgres-backup'),
    );
    expect(names.length).toBeGreaterThan(0);
    for (const name of names) expect(name).toMatch(watched);
  });

  it('select by labels of the shipped objects', () => {
    const labels = new Set(found(/ -l ([\w./-]+)=\$NAME/g));
    // Kubernetes itself adds this label to the slices of a service.
    labels.delete('kubernetes.io/service-name');
    expect([...labels]).toEqual(['app.kubernetes.io/name']);
    for (const label of labels) {
      expect(metadata?.labels).toHaveProperty([label]);
      expect(spec!.template!.metadata?.labels).toHaveProperty([label]);
    }
  });

  it('name kinds of objects that are shipped, or that a cluster has', () => {
    const named = [
      ...found(/kubectl (?:-n \S+ )?(?:get|describe) ([a-z][\w,]*)/g).flatMap((list) => list.split(',')),
      ...found(/\b([a-z]+)\/\$/g).filter((kind) => kind !== 'node'),
    ].map((kind) => SHORT[kind] ?? kind.replace(/s$/, ''));
    expect(named.length).toBeGreaterThan(20);
    for (const kind of new Set(named)) expect([...kinds]).toContain(kind);
  });
});
