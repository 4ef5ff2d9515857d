import { unlinkSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AdminAddress, WarningLogger } from '../admin/server.js';
import { logWarning } from '../codes/tell.js';
import { draftName, entryName, formatEntry } from './entry.js';
import { thisProcess } from './process.js';
import { removeStale } from './stale.js';

/**
 * Tells Prometheus where to scrape this process, through a file in a folder that Prometheus watches. For servers that come and
 * go on one host, each on a free port. Never rejects: errors become warnings.
 */
export class Announcement {
  private readonly self = thisProcess();
  private readonly file: string;
  private address: AdminAddress | undefined;
  private withdrawn = false;
  private writing: Promise<void> | undefined;
  private readonly onExit = () => this.withdraw();

  constructor(
    private readonly folder: string,
    /** The present name of the service. Read each time the entry is written. */
    private readonly service: () => string,
    private readonly logger: WarningLogger,
  ) {
    this.file = join(folder, entryName(this.self.pid));
  }

  /** Writes the entry, and removes entries of processes that ended. */
  publish(address: AdminAddress): Promise<void> {
    if (!this.withdrawn) process.once('exit', this.onExit);
    this.address = address;
    return this.enqueue(async () => {
      await mkdir(this.folder, { recursive: true });
      await this.write(address);
      await removeStale(this.folder);
    });
  }

  /** Writes an existing entry again, since the name of the service is known now. */
  async refresh(): Promise<void> {
    const { address } = this;
    if (address) await this.enqueue(() => this.write(address));
  }

  /** Another toolkit of the process announces it, so this entry is not needed. */
  moved(): void {
    if (this.address) this.remove();
    this.address = undefined;
  }

  /** Removes the entry. Synchronous, since the process is ending. */
  withdraw(): void {
    this.withdrawn = true;
    process.off('exit', this.onExit);
    if (this.address) this.remove();
  }

  /** Writes one after another, so that the last one counts. */
  private enqueue(write: () => Promise<void>): Promise<void> {
    this.writing = (this.writing ?? Promise.resolve()).then(write).catch((error) => this.warn(error));
    return this.writing;
  }

  /** The entry gets its name when it is complete, so Prometheus never reads a half-written one. */
  private async write(address: AdminAddress): Promise<void> {
    if (this.withdrawn || this.address !== address) return;
    const draft = draftName(this.file);
    // Prometheus may run as another user. The entry contains nothing that a scrape would not show.
    await writeFile(draft, formatEntry(address, this.service(), this.self), { mode: 0o644 });
    await rename(draft, this.file);
    if (this.withdrawn || this.address !== address) this.remove();
  }

  private remove(): void {
    for (const file of [this.file, draftName(this.file)]) {
      try {
        unlinkSync(file);
      } catch {
        // The entry is missing, or belongs to another process by now.
      }
    }
  }

  private warn(error: Error): void {
    const text = `could not announce the metrics in ${this.folder}: ${error.message}`;
    logWarning(this.logger, 'PMCP_W_ANNOUNCE_FAILED', text, { err: error });
  }
}
