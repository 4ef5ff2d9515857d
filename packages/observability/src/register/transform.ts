/** Where the module that loads the SDKs finds what to call with their server classes and functions. */
export const HOOK = '@pmcp/observability.register';

/** The server side of both SDKs, ESM and CommonJS, wherever a package manager put it. */
const SDK_MODULE =
  /[\\/]@modelcontextprotocol[\\/](sdk[\\/]dist[\\/](esm|cjs)[\\/]server|server[\\/]dist)[\\/]/;

export function isSdkModule(path: string): boolean {
  return SDK_MODULE.test(path);
}

/** Those of them that are ES modules. */
export const ES_MODULE_OF_SDK =
  /[\\/]@modelcontextprotocol[\\/](sdk[\\/]dist[\\/]esm[\\/]server[\\/].*\.js|server[\\/]dist[\\/].*\.mjs)$/;

/** Tells by the path, as the SDKs lay their files out. */
export function isEsModule(path: string): boolean {
  return path.endsWith('.mjs') || /[\\/]esm[\\/]/.test(path);
}

/**
 * Code for the end of an SDK module: it hands over the server classes that the module has, if any, and puts a layer
 * over the function that makes handlers. Names are looked up with typeof, so that a module that lacks them goes on as
 * if nothing were there. What an ES module exports follows its binding; of a CommonJS module the export is set anew.
 */
export const EPILOGUE = `
;try {
  const hook = globalThis[Symbol.for(${JSON.stringify(HOOK)})];
  if (typeof Server === 'function') hook?.server(Server);
  if (typeof McpServer === 'function') hook?.server(McpServer);
  if (typeof createMcpHandler === 'function' && hook) {
    createMcpHandler = hook.handlers(createMcpHandler);
    if (typeof exports === 'object' && exports.createMcpHandler) exports.createMcpHandler = createMcpHandler;
  }
} catch {}
`;
