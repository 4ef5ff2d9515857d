import type { Attributes } from '@opentelemetry/api';
import type { Peer } from '../mcp/peer.js';
import type { Message } from '../protocol/message.js';
import * as semconv from '../semconv.js';

/** Longer names and attributes are cut. */
const MAX_LENGTH = 200;

/** The attributes that are known when a request starts. Samplers can use them. */
export function identifying(method: string, name: string): Attributes {
  const attributes: Attributes = { [semconv.MCP_METHOD_NAME]: method };
  if (method === 'tools/call') {
    attributes[semconv.GEN_AI_OPERATION_NAME] = 'execute_tool';
    attributes[semconv.GEN_AI_TOOL_NAME] = cut(name);
  } else if (method === 'prompts/get') attributes[semconv.GEN_AI_PROMPT_NAME] = cut(name);
  return attributes;
}

/** The client of a request, and its transport. */
export function ofPeer({ kind, sessionId, protocolVersion, address }: Peer): Attributes {
  const attributes: Attributes = {};
  if (kind === 'stdio') attributes[semconv.NETWORK_TRANSPORT] = 'pipe';
  else if (kind !== 'other') {
    attributes[semconv.NETWORK_TRANSPORT] = 'tcp';
    attributes[semconv.NETWORK_PROTOCOL_NAME] = 'http';
  }
  if (sessionId !== undefined) attributes[semconv.MCP_SESSION_ID] = cut(sessionId);
  if (typeof protocolVersion === 'string') attributes[semconv.MCP_PROTOCOL_VERSION] = cut(protocolVersion);
  if (address !== undefined) {
    attributes[semconv.NETWORK_PROTOCOL_VERSION] = address.httpVersion;
    attributes[semconv.CLIENT_ADDRESS] = address.address;
    if (address.port !== undefined) attributes[semconv.CLIENT_PORT] = address.port;
  }
  return attributes;
}

/** Further attributes from the message of a request. */
export function ofRequest({ id, jsonrpc }: Message): Attributes {
  // The message is unknown if the request was rejected before it reached a server.
  const attributes: Attributes = id === undefined ? {} : { [semconv.JSONRPC_REQUEST_ID]: cut(String(id)) };
  if (typeof jsonrpc === 'string' && jsonrpc !== '2.0') {
    attributes[semconv.JSONRPC_PROTOCOL_VERSION] = cut(jsonrpc);
  }
  return attributes;
}

function cut(text: string): string {
  return text.length > MAX_LENGTH ? text.slice(0, MAX_LENGTH) : text;
}
