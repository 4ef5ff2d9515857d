import { allComposeServices, type ComposeService } from '../../facts/compose.js';
import { readyImage } from '../../facts/compose-images.js';
import { mountsOf } from '../../facts/compose-mounts.js';
import { composeServices } from '../../facts/compose-servers.js';
import { withDefaults } from '../../facts/compose-variables.js';
import { type Asked, lostData, type Place } from '../../facts/databases.js';
import { listAt, type Manifest } from '../../facts/manifests.js';
import { podPathOf } from '../../facts/workloads.js';
import { filesCheck, objectCheck } from './define.js';

const DATA = {
  why: 'What is on no volume goes with the container: after the next update of the image or the next move to another machine the database is empty, and all servers work as if nothing had been there.',
  severity: 'fail',
} as const;

export const composeKeepsData = filesCheck({
  ...DATA,
  code: 'PMCP-D426',
  title: 'In Compose, databases keep their data on a volume.',
  cure: 'Mount a named volume at the folder of the data: `volumes: [data:/var/lib/postgresql]`. From 18 on the image of PostgreSQL wants it at `/var/lib/postgresql` and does not start with one at `/var/lib/postgresql/data`; before 18 it wants just that.',
  async run(context) {
    const servers = await context.get(composeServices);
    const all = await context.get(allComposeServices);
    return (servers.length === 0 ? [] : all).flatMap((service) => {
      const mounts = mountsOf(service, all);
      const isOwnEntry = all.some(({ name, spec }) => name === service.name && spec.entrypoint);
      const fault = mounts && !isOwnEntry && lostData(askedOf(service, all), mounts);
      return fault ? [{ found: `service ${service.name}: ${fault}`, where: service.at(['volumes']) }] : [];
    });
  },
});

function askedOf(service: ComposeService, all: readonly ComposeService[]): Asked {
  const same = all.filter(({ name }) => name === service.name);
  const command = same.map(({ spec }) => spec.command).findLast((one) => one !== undefined);
  const words = typeof command === 'string' ? command.split(/\s+/) : (command ?? []);
  return {
    image: readyImage(service),
    words: words.map(String),
    variable(name) {
      const value = same.map(({ env }) => env.get(name)).findLast((one) => one !== undefined);
      return value === undefined ? undefined : withDefaults(value);
    },
  };
}

interface Container {
  readonly name?: string;
  readonly image?: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly env?: readonly { readonly name: string; readonly value?: string }[];
  readonly volumeMounts?: readonly { readonly name?: string; readonly mountPath?: string }[];
}

interface Volume {
  readonly name?: string;
  readonly emptyDir?: { readonly medium?: string } | null;
}

export const podsKeepData = objectCheck(
  {
    ...DATA,
    code: 'PMCP-D427',
    title: 'Databases in pods keep their data on a volume that stays.',
    cure: 'Mount a PersistentVolumeClaim at the folder of the data, of a StatefulSet by `volumeClaimTemplates`. From 18 on the image of PostgreSQL wants it at `/var/lib/postgresql` and does not start with one at `/var/lib/postgresql/data`; before 18 it wants just that.',
  },
  ['Deployment', 'StatefulSet', 'DaemonSet'],
  (manifest, servers) => {
    const path = podPathOf(manifest);
    if (path === undefined || servers.length === 0) return [];
    const volumes = listAt<Volume>(manifest.content, [...path, 'volumes']);
    return listAt<Container>(manifest.content, [...path, 'containers']).flatMap((container, i) => {
      const fault = lostData(askedBy(container), placesOf(container, volumes));
      const where = manifest.at([...path, 'containers', i, 'volumeMounts']);
      return fault === undefined ? [] : [{ found: `${titleOf(manifest)}: ${fault}`, where }];
    });
  },
);

function titleOf({ kind, name }: Manifest): string {
  return `${kind} ${name}`;
}

function askedBy({ image = '', command = [], args = [], env = [] }: Container): Asked {
  return {
    image,
    words: [...command, ...args],
    variable(name) {
      const found = env.find((one) => one.name === name);
      // Its value may be in a ConfigMap.
      return found && (found.value ?? '');
    },
  };
}

function placesOf({ volumeMounts = [] }: Container, volumes: readonly Volume[]): Place[] {
  return volumeMounts.map(({ name, mountPath = '' }) => {
    const emptyDir = volumes.find((one) => one.name === name)?.emptyDir;
    // In memory it is meant to be lost.
    const isLost = emptyDir !== undefined && emptyDir?.medium !== 'Memory';
    const target = mountPath.replace(/(?<=.)\/+$/, '');
    return { target, lost: isLost ? `the emptyDir ${name}, and goes with the pod` : undefined };
  });
}
