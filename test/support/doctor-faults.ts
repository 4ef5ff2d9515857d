import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const EXAMPLE = join(import.meta.dirname, '../../examples/kubernetes/base');

/** Writes a deployment into a folder in which the doctor finds an error (`PMCP-D062`) and a warning (`PMCP-D064`). */
export function writeFaults(folder: string): void {
  cpSync(EXAMPLE, folder, { recursive: true });
  const text = readFileSync(join(EXAMPLE, 'deployment.yaml'), 'utf8');
  const faulty = text.replace('/health/ready', '/ready').replace('periodSeconds: 10\n', 'periodSeconds: 2\n');
  writeFileSync(join(folder, 'deployment.yaml'), faulty);
}
