import type { Attributes } from '@opentelemetry/api';
import type { Peer } from '../mcp/peer.js';
import type { Message } from '../protocol/message.js';
import * as semconv from '../semconv.js';

/** A name longer than this is no name; no attribute is. */
const MAX_LENGTH = 200;

/** What is known of a request when it starts, and samplers may decide by. */
export function identifying(method: string, name: string): Attributes {
  const attributes: Attributes = { [semconv.MCP_METHOD_NAME]: method };
  if (method === 'tools/call') {
    attributes[semconv.GEN_AI_OPERATION_NAME] = 'execute_tool';
    attributes[semconv.GEN_AI_TOOL_NAME] = cut(name);
  } else if (method === 'prompts/get') attributes[semconv.GEN_AI_PROMPT_NAME] = cut(name);
  return attributes;
}

/** Who sent a request, and by which way. */
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

/** What a request says of itself beside its method and name. */
export function ofRequest({ id, jsonrpc }: Message): Attributes {
  // Of a request that was refused at the door the message is not known.
  const attributes: Attributes = id === undefined ? {} : { [semconv.JSONRPC_REQUEST_ID]: cut(String(id)) };
  if (typeof jsonrpc === 'string' && jsonrpc !== '2.0') {
    attributes[semconv.JSONRPC_PROTOCOL_VERSION] = cut(jsonrpc);
  }
  return attributes;
}

function cut(text: string): string {
  return text.length > MAX_LENGTH ? text.slice(0, MAX_LENGTH) : text;
}
