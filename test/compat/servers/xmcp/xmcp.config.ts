export default {
  http: { port: Number(process.env.PORT ?? 3001), host: '127.0.0.1' },
  paths: { tools: './src/tools', prompts: false, resources: false },
};
