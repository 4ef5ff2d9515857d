import type { Attributes } from '@opentelemetry/api';
import * as semconv from '../semconv.js';

type Fields = Record<string, unknown>;

/** What a line has as its name, by its method. */
const NAMES = new Map<unknown, string>([
  ['tools/call', semconv.GEN_AI_TOOL_NAME],
  ['prompts/get', semconv.GEN_AI_PROMPT_NAME],
]);

/**
 * The fields of a line under the names of the OpenTelemetry conventions, as spans have them: one search finds both. Lines
 * keep shorter ones, for whoever reads them.
 */
export function conventional(fields: Fields): Attributes {
  return ('mcp.method' in fields ? renamed(fields) : fields) as Attributes;
}

function renamed({ 'mcp.method': method, 'mcp.name': name, ...rest }: Fields): Fields {
  const named: Fields = { [semconv.MCP_METHOD_NAME]: method };
  if (name !== undefined) named[NAMES.get(method) ?? 'mcp.name'] = name;
  // Another line of the request may have a field of that name from the application, which means by it what it likes.
  if (rest.outcome === undefined || rest.error_type === undefined) return { ...named, ...rest };
  const { error_type, ...others } = rest;
  return { ...named, ...others, [semconv.ERROR_TYPE]: error_type };
}
