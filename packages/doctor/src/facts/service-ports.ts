import { type Manifest, valueAt } from './manifests.js';

export interface ServicePort {
  readonly name?: string;
  readonly port?: number;
  /** A port of the pods, by name or number; without it the number is the same. */
  readonly targetPort?: string | number;
}

export function servicePorts({ content }: Manifest): readonly ServicePort[] {
  const ports = valueAt(content, ['spec', 'ports']);
  return Array.isArray(ports) ? ports : [];
}
