import type { Edit, Place } from '../check.js';

/** The path of a value in an object, such as `['spec', 'containers', 0]`. */
export type Path = readonly (string | number)[];

/** A Kubernetes object, or a Compose file. */
export interface Manifest {
  readonly file: string;
  readonly kind: string;
  readonly name: string;
  /** Set for objects of a cluster only. In files, whoever applies them may choose it. */
  readonly namespace?: string;
  readonly content: Readonly<Record<string, unknown>>;
  /** Returns the place of the value, or of the nearest parent that exists. */
  at(path?: Path): Place;
  /** Returns the text of a value that has no quotes. In a cluster all values are read already. */
  plainAt?(path: Path): string | undefined;
  /** Returns the edit that sets a value at a path, or undefined if it cannot be written. */
  edit(path: Path, value: Edit['value']): Edit | undefined;
}
