/** Programs that are no MCP servers, by their file. */
export const OTHER_PROGRAMS: Readonly<Record<string, string>> = {
  'package.json': JSON.stringify({
    name: 'others',
    version: '1.0.0',
    scripts: { hello: 'node hello.cjs', fails: 'exit 7' },
  }),
  'hello.cjs': `console.log('hello', require('node:path').sep, process.argv.length); console.error('to stderr');`,
  'hello.mjs': `import { sep } from 'node:path'; console.log('hello', sep, import.meta.url.split('/').pop()); process.exitCode = 4;`,
  'typed.ts': `import { sep } from 'node:path'; const text: string = sep; console.log('typed', text); export {};`,
  'plain.ts': `export const number: number = 6 * 7;`,
  'throws.cjs': `require('./deep/er.cjs');`,
  'deep/er.cjs': `throw new TypeError('thrown in a module that was required');`,
  'throws.mjs': `import './deep/er.mjs';`,
  'deep/er.mjs': `throw new TypeError('thrown in a module that was imported');`,
  'rejects.mjs': `Promise.reject(new Error('nobody waits for it'));`,
  'missing.cjs': `require('./nowhere.cjs');`,
  'missing.mjs': `import './nowhere.mjs';`,
  'wrong.cjs': `const = 1;`,
  'warns.cjs': `process.emitWarning('careful'); new Buffer(1);`,
  'worker.mjs': `import { Worker, isMainThread } from 'node:worker_threads';
    if (isMainThread) new Worker(new URL(import.meta.url)).on('exit', (code) => console.log('ended', code));
    else { console.log('in a thread'); process.exit(5); }`,
  'forks.cjs': `const { fork, execFileSync } = require('node:child_process');
    if (process.argv[2]) process.send({ args: process.argv.slice(2), options: process.execArgv });
    else {
      console.log(execFileSync(process.execPath, ['-p', '6 * 7'], { encoding: 'utf8' }));
      fork(__filename, ['child']).on('message', (m) => console.log(m)).on('exit', (code) => console.log(code));
    }`,
  'cluster.cjs': `const cluster = require('node:cluster'); const http = require('node:http');
    if (cluster.isPrimary) cluster.fork().on('message', (m) => console.log(m)).on('exit', (code) => console.log('exit', code));
    else http.createServer((q, r) => r.end('body')).listen(0, '127.0.0.1', async function () {
      process.send(await (await fetch('http://127.0.0.1:' + this.address().port)).text());
      process.exit(6);
    });`,
  'http.mjs': `import { createServer } from 'node:http'; import { once } from 'node:events';
    const server = createServer((q, r) => { q.resume(); r.setHeader('x-a', '1'); r.end(q.method + q.url); }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const response = await fetch('http://127.0.0.1:' + server.address().port + '/mcp', { method: 'POST', body: 'x' });
    console.log(response.status, [...response.headers.keys()].sort(), await response.text());
    server.close();`,
  'cat.mjs': `process.stdin.pipe(process.stdout);`,
  'large.cjs': `process.stdout.write('x'.repeat(3e6)); process.stderr.write('y'.repeat(1e6));`,
  'signal.cjs': `process.kill(process.pid, 'SIGTERM'); setTimeout(() => {}, 60_000);`,
  'inspects.cjs': `const events = ['SIGTERM', 'exit', 'beforeExit', 'uncaughtException', 'unhandledRejection', 'warning'];
    console.log(Object.keys(process.env).filter((name) => /PMCP/.test(name)), events.map((name) => process.listenerCount(name)));
    console.log(Object.keys(globalThis), process.execArgv, process.argv.length, module.children.length, require('node:module').prototype._compile.name);`,
  'passes.test.mjs': `import test from 'node:test'; test('passes', () => {}); test('passes too', () => {});`,
  'fails.test.cjs': `require('node:test')('fails', () => { throw new Error('as it should'); });`,
  'index.html': `<script type="module" src="./hello-web.js"></script>`,
  'hello-web.js': `document.title = 'hello';`,
};
