import { unlinkSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AdminAddress, WarningLogger } from '../admin/server.js';
import { logWarning } from '../codes/tell.js';
import { draftName, entryName, formatEntry } from './entry.js';
import { thisProcess } from './process.js';
import { removeStale } from './stale.js';

/**
 * Tells Prometheus where this process can be scraped, by a file in a folder that it watches. For servers that
 * come and go on one host, each on whatever port was free. Never rejects; what goes wrong is a warning.
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
    /** What the service is called now; asked whenever the entry is written. */
    private readonly service: () => string,
    private readonly logger: WarningLogger,
  ) {
    this.file = join(folder, entryName(this.self.pid));
  }

  /** Writes the entry, and clears away those of processes that are gone. */
  publish(address: AdminAddress): Promise<void> {
    if (!this.withdrawn) process.once('exit', this.onExit);
    this.address = address;
    return this.enqueue(async () => {
      await mkdir(this.folder, { recursive: true });
      await this.write(address);
      await removeStale(this.folder);
    });
  }

  /** Writes the entry again, if there is one: the service has a name now. */
  async refresh(): Promise<void> {
    const { address } = this;
    if (address) await this.enqueue(() => this.write(address));
  }

  /** The process is scraped elsewhere, where another toolkit of it announces it. */
  moved(): void {
    if (this.address) this.remove();
    this.address = undefined;
  }

  /** Removes the entry. Synchronous, for the moment in which the process ends. */
  withdraw(): void {
    this.withdrawn = true;
    process.off('exit', this.onExit);
    if (this.address) this.remove();
  }

  /** One write after another, so that the last one counts. */
  private enqueue(write: () => Promise<void>): Promise<void> {
    this.writing = (this.writing ?? Promise.resolve()).then(write).catch((error) => this.warn(error));
    return this.writing;
  }

  /** Prometheus never sees half an entry: it appears under its name when it is whole. */
  private async write(address: AdminAddress): Promise<void> {
    if (this.withdrawn || this.address !== address) return;
    const draft = draftName(this.file);
    // Prometheus may run as another user; there is nothing in it that a scrape would not tell.
    await writeFile(draft, formatEntry(address, this.service(), this.self), { mode: 0o644 });
    await rename(draft, this.file);
    if (this.withdrawn || this.address !== address) this.remove();
  }

  private remove(): void {
    for (const file of [this.file, draftName(this.file)]) {
      try {
        unlinkSync(file);
      } catch {
        // It is not there, or no longer ours to remove.
      }
    }
  }

  private warn(error: Error): void {
    const text = `could not announce the metrics in ${this.folder}: ${error.message}`;
    logWarning(this.logger, 'PMCP_W_ANNOUNCE_FAILED', text, { err: error });
  }
}
