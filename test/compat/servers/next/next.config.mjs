const isExternal = process.env.SDK === 'external';

export default isExternal ? { serverExternalPackages: ['mcp-handler', '@modelcontextprotocol/server'] } : {};
