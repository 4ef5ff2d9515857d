import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

export const FOLDER = join(import.meta.dirname, '../../examples/compose');

export interface Service {
  readonly image?: string;
  readonly user?: string;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly secrets?: readonly string[];
  readonly command?: readonly string[];
  readonly networks?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly stop_grace_period?: string;
  readonly healthcheck?: { readonly test?: readonly string[]; readonly disable?: boolean };
  readonly depends_on?: Readonly<Record<string, object>>;
  readonly build?: { readonly context: string; readonly dockerfile: string };
}

interface Overlay {
  readonly services: Readonly<Record<string, Service>>;
  readonly secrets: Readonly<Record<string, { readonly file: string }>>;
}

interface Compose extends Omit<Overlay, 'secrets'> {
  readonly networks: Readonly<Record<string, { readonly internal?: boolean }>>;
  readonly volumes: Readonly<Record<string, object>>;
}

export const compose = readYaml<Compose>('compose.yaml');
/** The changes of `compose.guarded.yaml`. */
export const guarded = readYaml<Overlay>('compose.guarded.yaml');
export const services = Object.entries(compose.services).map(([name, service]) => ({ name, service }));

/** Reads a file of the folder. */
export function readYaml<T>(file: string): T {
  return parse(readFileSync(join(FOLDER, file), 'utf8'), { merge: true }) as T;
}

export function networksOf({ networks = ['default'] }: Service): readonly string[] {
  return networks;
}
