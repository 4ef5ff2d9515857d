import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { closed, opened } from './loopback.js';

interface Manifest {
  readonly mediaType: string;
  readonly bytes: Buffer;
}

/** A registry for artifacts that speaks as much of the OCI distribution API as a push and a pull need. */
export class Registry {
  readonly manifests = new Map<string, Manifest>();
  private readonly blobs = new Map<string, Buffer>();
  private readonly server = createServer((request, response) => void this.answer(request, response));

  start(): Promise<string> {
    return opened(this.server);
  }

  stop(): void {
    closed(this.server);
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://registry');
    const [, kind, reference = ''] = /\/(blobs|manifests)\/(.*)$/.exec(pathname) ?? [];
    if (request.method === 'POST') response.writeHead(202, { location: `${pathname}1` }).end();
    else if (request.method === 'PUT')
      await this.keep(kind, searchParams.get('digest') ?? reference, request, response);
    else this.show(kind, reference, request, response);
  }

  private async keep(
    kind: string | undefined,
    reference: string,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const bytes = await buffer(request);
    const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
    const manifest = { mediaType: request.headers['content-type'] ?? '', bytes };
    if (kind === 'manifests') for (const name of [reference, digest]) this.manifests.set(name, manifest);
    else this.blobs.set(reference, bytes);
    response.writeHead(201, { 'docker-content-digest': digest, location: request.url }).end();
  }

  private show(
    kind: string | undefined,
    reference: string,
    { method, url }: IncomingMessage,
    response: ServerResponse,
  ): void {
    const manifest = this.manifests.get(reference);
    const bytes = kind === 'manifests' ? manifest?.bytes : this.blobs.get(reference);
    if (url === '/v2/') response.writeHead(200).end();
    else if (bytes === undefined) response.writeHead(404).end();
    else {
      response.writeHead(200, {
        'content-type': manifest?.mediaType ?? 'application/octet-stream',
        'content-length': bytes.length,
        'docker-content-digest': `sha256:${createHash('sha256').update(bytes).digest('hex')}`,
      });
      response.end(method === 'HEAD' ? undefined : bytes);
    }
  }
}
