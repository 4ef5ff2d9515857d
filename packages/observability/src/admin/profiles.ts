import type { ProfileKind } from '../profiling/kinds.js';
import type { Asker, Profiling } from '../profiling/profiling.js';
import type { Access } from './access/access.js';
import { asksNobody } from './access/policy.js';
import { isLoopback } from './host.js';
import type { AdminRequest } from './request.js';
import { type AdminResponse, jsonResponse, response } from './response.js';

/** Profiles show how the server works inside. Without credentials, nobody may take one. */
export async function profile(
  kind: ProfileKind,
  request: AdminRequest,
  profiling: Profiling,
  access: Access,
): Promise<AdminResponse> {
  const { secure, method, path } = request;
  const head = method === 'HEAD';
  if (asksNobody(await access.policy())) {
    const error = 'profiles are taken only where credentials are asked for';
    return jsonResponse(403, { error }, { secure, head });
  }
  if (head) return response(200, {}, undefined, secure);
  const query = new URLSearchParams(path.split('?')[1]);
  const { asker, leave } = askerOf(request);
  try {
    const { status, error, file } = await profiling.answer(kind, query, asker);
    if (file === undefined) return jsonResponse(status, { error }, { secure });
    const { name, type, body, bytes } = file;
    const headers = {
      'Content-Type': type,
      ...(bytes !== undefined && { 'Content-Length': String(bytes) }),
      'Content-Disposition': `attachment; filename="${name}"`,
    };
    return response(status, headers, body, secure);
  } finally {
    leave();
  }
}

function askerOf({ socket, signal, secure }: AdminRequest): { asker: Asker; leave: () => void } {
  const gone = new AbortController();
  const abort = () => gone.abort();
  socket?.once('close', abort);
  signal?.addEventListener('abort', abort);
  if (socket?.destroyed || signal?.aborted) abort();
  const address = socket?.remoteAddress;
  const isPrivate = secure || (address !== undefined && isLoopback(address));
  return {
    asker: { address, gone: gone.signal, isPrivate },
    leave() {
      socket?.off('close', abort);
      signal?.removeEventListener('abort', abort);
    },
  };
}
