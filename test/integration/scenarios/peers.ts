import { Client as V2Client, type Transport as V2Transport } from '@modelcontextprotocol/client';
import { Client as V1Client } from '@modelcontextprotocol/sdk/client/index.js';
import type { Transport as V1Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import {
  CreateMessageRequestSchema,
  ElicitRequestSchema,
  ListRootsRequestSchema,
} from '@modelcontextprotocol/sdk/types.js';
import { z } from 'zod';
import { DECLINE, DISMISS, REFUSAL, SILENCE } from './tools.js';

export interface RequestOptions {
  readonly signal?: AbortSignal;
  readonly onprogress?: () => void;
}

/** A client that is connected to the server under test, of either SDK. */
export interface Peer {
  request(method: string, params?: object, options?: RequestOptions): Promise<Record<string, unknown>>;
  /** Sends a message unchanged with its own id, or several as a batch. */
  send(message: object): Promise<void>;
  /** Sends text unchanged; over HTTP with these headers instead of the usual ones. */
  sendText: Raw;
  /** Disconnects, and says goodbye if the protocol can. */
  leave(): Promise<void>;
  /** Disconnects without a message. */
  vanish(): Promise<void>;
}

/** Sends bytes that no SDK would send. */
export type Raw = (text: string, headers?: Readonly<Record<string, string>>) => Promise<void>;

type Connect = (transport: V1Transport | V2Transport, raw: Raw) => Promise<Peer>;

const INFO = { name: 'tester', version: '1.0.0' };
const capabilities = { sampling: {}, elicitation: { form: {}, url: {} }, roots: {} };
const anything = z.looseObject({});

export const connectV1: Connect = async (transport, raw) => {
  const client = new V1Client(INFO, { capabilities });
  client.setRequestHandler(CreateMessageRequestSchema, ({ params }) => sampled(params));
  client.setRequestHandler(ElicitRequestSchema, ({ params }) => elicited(params));
  client.setRequestHandler(ListRootsRequestSchema, () => ({ roots: [] }));
  await client.connect(transport as V1Transport);
  const request: Peer['request'] = (method, params = {}, options = {}) =>
    client.request({ method, params: { ...params } }, anything, options);
  return peer(request, client, transport, raw);
};

/** SDK v2 in its default era. */
export const connectV2: Connect = (transport, raw) => v2(transport, raw, 'legacy');

/** SDK v2 in the era of 2026-07-28. */
export const connectModern: Connect = (transport, raw) => v2(transport, raw, { pin: '2026-07-28' });

async function v2(
  transport: V1Transport | V2Transport,
  raw: Raw,
  mode: 'legacy' | { pin: string },
): Promise<Peer> {
  const client = new V2Client(INFO, { capabilities, versionNegotiation: { mode } });
  client.setRequestHandler('sampling/createMessage', ({ params }) => sampled(params));
  client.setRequestHandler('elicitation/create', ({ params }) => elicited(params));
  client.setRequestHandler('roots/list', () => ({ roots: [] }));
  await client.connect(transport as V2Transport);
  const request: Peer['request'] = (method, params = {}, options = {}) =>
    client.request({ method, params: { ...params } }, anything, options);
  return peer(request, client, transport, raw, mode === 'legacy' ? undefined : '2026-07-28');
}

function peer(
  request: Peer['request'],
  client: { close(): Promise<void> },
  transport: V1Transport | V2Transport,
  raw: Raw,
  version?: string,
): Peer {
  const send = transport.send.bind(transport) as (message: object) => Promise<void>;
  return {
    request,
    send: (message) => send(version === undefined ? message : enveloped(message, version)),
    sendText: raw,
    leave: async () => {
      await (transport as { terminateSession?(): Promise<void> }).terminateSession?.();
      await client.close();
    },
    vanish: () => client.close(),
  };
}

/** In protocol 2026-07-28 every message names its sender. */
function enveloped(message: object, version: string): object {
  const { params, ...rest } = message as { params?: object };
  const _meta = {
    'io.modelcontextprotocol/protocolVersion': version,
    'io.modelcontextprotocol/clientInfo': INFO,
    'io.modelcontextprotocol/clientCapabilities': capabilities,
  };
  return { ...rest, params: { ...params, _meta } };
}

interface Question {
  readonly message?: string;
  readonly mode?: string | undefined;
  readonly messages?: readonly { readonly content: unknown }[];
}

async function sampled({ messages }: Question) {
  await heed((messages?.[0]?.content as { text?: string } | undefined)?.text);
  return { model: 'none', role: 'assistant' as const, content: { type: 'text' as const, text: 'Hi' } };
}

async function elicited({ message, mode }: Question) {
  await heed(message);
  if (message === DECLINE) return { action: 'decline' as const };
  if (message === DISMISS) return { action: 'cancel' as const };
  if (mode === 'url') return { action: 'accept' as const };
  return { action: 'accept' as const, content: {} };
}

async function heed(words = ''): Promise<void> {
  const code = REFUSAL.exec(words)?.[1];
  if (code !== undefined) throw Object.assign(new Error('no'), { code: Number(code) });
  if (words === SILENCE) await new Promise(() => {});
}
