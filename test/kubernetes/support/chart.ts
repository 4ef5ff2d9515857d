import { parseAllDocuments } from 'yaml';
import type { KubernetesObject } from '../../manifests/schema.js';
import { output, type Said, said } from './run.js';

export const CHART = 'charts/pmcp-server';

export type GivenValues = Readonly<Record<string, unknown>>;

/** The least that a user has to say. */
export const LEAST: GivenValues = { image: { repository: 'registry.example.com/notes', tag: '1.0.0' } };

/** What a user says to have the proxy in front of a server, or the toolkit put into its pods. */
export const WITH_PROXY: GivenValues = {
  enabled: true,
  image: { repository: 'registry.example.com/pmcp-observability', tag: '0.1.0' },
};

/** What a user says to have backups, and a drill that restores them. */
export const BACKUP: GivenValues = { enabled: true, existingSecret: 'postgres-backup' };
export const RESTORE: GivenValues = { ...WITH_PROXY, database: 'notes' };

/** The same for Redis. */
export const REDIS_BACKUP: GivenValues = { enabled: true, existingSecret: 'redis-backup' };

/** What a user says to have a Gateway for this server alone. */
export const OWN_GATEWAY = {
  httpRoute: { enabled: true, hostnames: ['notes.example.com'] },
  gateway: { enabled: true, className: 'public', issuer: 'public' },
} as const;

const PLACE = ['--namespace', 'notes', '--values', '-'];

/** Returns the objects that a release `notes` in a namespace `notes` has with these values. */
export async function rendered(values: GivenValues): Promise<KubernetesObject[]> {
  return objectsIn(await renderedText(values));
}

export async function renderedText(values: GivenValues): Promise<string> {
  return output('helm', ['template', 'notes', CHART, ...PLACE], { input: JSON.stringify(values) });
}

/** Returns what Helm says about values that it should refuse. */
export function tried(values: GivenValues): Promise<Said> {
  return said('helm', ['template', 'notes', CHART, ...PLACE], { input: JSON.stringify(values) });
}

/** Reads all documents of a text that are not empty. */
export function objectsIn(text: string): KubernetesObject[] {
  return parseAllDocuments(text).flatMap((document) => {
    if (document.errors.length > 0) throw new Error(document.errors.join('; '));
    return (document.toJS() as KubernetesObject | null) ?? [];
  });
}
