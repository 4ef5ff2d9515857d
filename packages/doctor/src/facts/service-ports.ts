import { listAt, type Manifest } from './manifests.js';

export interface ServicePort {
  readonly name?: string;
  readonly port?: number;
  /** A port of the pods, by name or number; without it the number is the same. */
  readonly targetPort?: string | number;
}

export function servicePorts({ content }: Manifest): readonly ServicePort[] {
  return listAt(content, ['spec', 'ports']);
}
