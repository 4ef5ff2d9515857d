import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer, type Server } from 'node:tls';
import { type Authority, createAuthority } from '../../support/certificates.js';
import { host } from '../../support/database.js';

const DAY_MS = 86_400_000;

/** A server with a certificate, for a probe to look at. */
export class Probed {
  private constructor(
    private readonly authority: Authority,
    private readonly server: Server,
  ) {}

  static async start(): Promise<Probed> {
    const probed = new Probed(
      await createAuthority(),
      // A probe that has seen enough may reset the connection.
      createServer((socket) => socket.on('error', () => {}).end()),
    );
    await probed.renew(90);
    probed.server.listen(0, host);
    await once(probed.server, 'listening');
    return probed;
  }

  get address(): string {
    return `${host}:${(this.server.address() as AddressInfo).port}`;
  }

  /** Serves a certificate that expires after these days. */
  async renew(days: number): Promise<void> {
    const notAfterDate = new Date(Date.now() + days * DAY_MS);
    this.server.setSecureContext(await this.authority.issue('localhost', { notAfterDate }));
  }

  stop(): void {
    this.server.close();
  }
}
