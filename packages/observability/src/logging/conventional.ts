import type { Attributes } from '@opentelemetry/api';
import * as semconv from '../semconv.js';

type Fields = Record<string, unknown>;

/** The attribute for the name in a line, by its method. */
const NAMES = new Map<unknown, string>([
  ['tools/call', semconv.GEN_AI_TOOL_NAME],
  ['prompts/get', semconv.GEN_AI_PROMPT_NAME],
]);

/**
 * Returns the fields of a line under the names of the OpenTelemetry conventions, which spans also use: one search finds both. The
 * lines themselves have shorter names for people.
 */
export function conventional(fields: Fields): Attributes {
  return ('mcp.method' in fields ? renamed(fields) : fields) as Attributes;
}

function renamed({ 'mcp.method': method, 'mcp.name': name, ...rest }: Fields): Fields {
  const named: Fields = { [semconv.MCP_METHOD_NAME]: method };
  if (name !== undefined) named[NAMES.get(method) ?? 'mcp.name'] = name;
  // In other lines of the request, the application may use a field of this name for something else.
  if (rest.outcome === undefined || rest.error_type === undefined) return { ...named, ...rest };
  const { error_type, ...others } = rest;
  return { ...named, ...others, [semconv.ERROR_TYPE]: error_type };
}
