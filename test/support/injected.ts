import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  FLAG,
  initContainer,
  program,
  SOURCE,
  START,
  VOLUME,
} from '../../scripts/generate/injection/snippet.js';
import { bundleInjection } from '../../scripts/injection/bundle.js';
import { temporaryFolder } from '../fixtures/temporary-folder.js';

/** A pod with the toolkit in it, as the kubelet makes it, with its volumes in a folder of this machine. */
export class InjectedPod {
  private constructor(private readonly folder: string) {}

  /** @param other a pod whose image is the same, so that it need not be made again */
  static async create(other?: InjectedPod): Promise<InjectedPod> {
    const pod = new InjectedPod(temporaryFolder('injected'));
    if (other) cpSync(other.here(SOURCE), pod.here(SOURCE), { recursive: true });
    else await bundleInjection(pod.here(SOURCE));
    for (const path of [VOLUME, START]) mkdirSync(pod.here(path), { recursive: true });
    // Kubernetes writes an annotation into this file.
    writeFileSync(pod.here(`${START}/observe.cjs`), pod.mapped(program));
    return pod;
  }

  /** What the containers of the pod get. */
  get options(): string {
    return this.mapped(FLAG);
  }

  get toolkit(): string {
    return this.here(`${VOLUME}/ready/observe.cjs`);
  }

  here(path: string): string {
    return join(this.folder, path);
  }

  /** Runs the init container. @returns its exit code and what it says */
  init(): { readonly status: number | null; readonly said: string } {
    const [shell = '', ...args] = initContainer.command.map((word) => this.mapped(word));
    const { status, stdout, stderr } = spawnSync(shell, args, { encoding: 'utf8' });
    return { status, said: stdout + stderr };
  }

  private mapped(text: string): string {
    return [SOURCE, VOLUME, START].reduce((all, path) => all.replaceAll(path, this.here(path)), text);
  }
}
