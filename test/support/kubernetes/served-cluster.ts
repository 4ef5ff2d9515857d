import { afterAll } from 'vitest';
import { ClusterApi } from './cluster-api.js';
import { type ClusterState, notesCluster } from './notes-cluster.js';

const endings: (() => void)[] = [];

// Registered while a test file is read, so that it runs when that file's tests are over.
afterAll(() => {
  for (const end of endings) end();
});

/** The API of the calm cluster, after something was done to it. */
export async function cluster(change: (state: ClusterState) => void = () => {}): Promise<string> {
  const state = notesCluster();
  change(state);
  const { url, stop } = await ClusterApi.start(state);
  endings.push(stop);
  return url;
}
