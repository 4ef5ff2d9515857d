/**
 * The names that we use of the OpenTelemetry conventions for MCP and of those that they refer to
 * (open-telemetry/semantic-conventions-genai, `model/mcp` at revision 0e5e6a8d59d38c9c19556a5164a83cc11a7d53ff; status
 * Development). Which codes are errors of a server has changed from one revision to the next; `outcome.test.ts` has the table
 * of this one.
 */
export const MCP_METHOD_NAME = 'mcp.method.name';
export const MCP_PROTOCOL_VERSION = 'mcp.protocol.version';
export const MCP_RESOURCE_URI = 'mcp.resource.uri';
export const MCP_SESSION_ID = 'mcp.session.id';
export const GEN_AI_OPERATION_NAME = 'gen_ai.operation.name';
export const GEN_AI_PROMPT_NAME = 'gen_ai.prompt.name';
/** Followed by the name of the argument. */
export const GEN_AI_PROMPT_VARIABLE = 'gen_ai.prompt.variable';
export const GEN_AI_TOOL_NAME = 'gen_ai.tool.name';
export const GEN_AI_TOOL_ARGUMENTS = 'gen_ai.tool.call.arguments';
export const GEN_AI_TOOL_RESULT = 'gen_ai.tool.call.result';
export const JSONRPC_PROTOCOL_VERSION = 'jsonrpc.protocol.version';
export const JSONRPC_REQUEST_ID = 'jsonrpc.request.id';
export const RPC_RESPONSE_STATUS_CODE = 'rpc.response.status_code';
export const HTTP_RESPONSE_STATUS_CODE = 'http.response.status_code';
export const ERROR_TYPE = 'error.type';
export const NETWORK_TRANSPORT = 'network.transport';
export const NETWORK_PROTOCOL_NAME = 'network.protocol.name';
export const NETWORK_PROTOCOL_VERSION = 'network.protocol.version';
export const CLIENT_ADDRESS = 'client.address';
export const CLIENT_PORT = 'client.port';
export const EXCEPTION_TYPE = 'exception.type';
export const EXCEPTION_MESSAGE = 'exception.message';
export const EXCEPTION_STACKTRACE = 'exception.stacktrace';

/** Our own: the `outcome` label of the metrics, so that traces can be found by what a graph shows. */
export const PMCP_OUTCOME = 'pmcp.outcome';
/** Our own: `task` for the span of a whole task, from its request to its end. */
export const PMCP_OPERATION = 'pmcp.operation';
/** Our own: for how much of the span the server waited for its client. */
export const PMCP_WAITED = 'pmcp.waited_ms';
