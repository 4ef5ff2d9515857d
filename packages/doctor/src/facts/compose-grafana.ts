import { join } from 'node:path';
import type { ComposeService } from './compose.js';
import { readyImage } from './compose-images.js';
import { filesIn, mountsOf } from './compose-mounts.js';
import { parsedImage } from './image-name.js';

export function isGrafana(service: ComposeService): boolean {
  return /(^|\/)grafana\/grafana(-oss|-enterprise)?$/.test(parsedImage(readyImage(service)).repository);
}

export const PROVISIONING = '/etc/grafana/provisioning';

/** The files by which Grafana is told in its container of data sources or dashboards, where they are on this machine. */
export function provisionedFiles(
  kind: 'datasources' | 'dashboards',
  grafana: ComposeService,
  all: readonly ComposeService[],
): string[] {
  const wanted = `${PROVISIONING}/${kind}`;
  return (mountsOf(grafana, all) ?? []).flatMap(({ target, source }) => {
    if (source === undefined) return [];
    if (target.startsWith(`${wanted}/`)) return isYaml(target) ? [source] : [];
    if (target !== wanted && !wanted.startsWith(`${target}/`)) return [];
    const folder = join(source, wanted.slice(target.length));
    return filesIn(folder)
      .filter(isYaml)
      .map((name) => join(folder, name));
  });
}

function isYaml(name: string): boolean {
  return /\.ya?ml$/.test(name);
}
