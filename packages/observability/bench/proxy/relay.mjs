/** The minimal HTTP proxy in Node, which observes nothing: `relay.mjs 8081 http://127.0.0.1:8080`. */
import http from 'node:http';

const [port, upstream] = process.argv.slice(2);
const { hostname, port: upstreamPort } = new URL(upstream);
const agent = new http.Agent({ keepAlive: true });

const server = http.createServer((incoming, outgoing) => {
  const { method, url: path, headers } = incoming;
  const request = http.request({ agent, hostname, port: upstreamPort, method, path, headers }, (response) => {
    outgoing.writeHead(response.statusCode, response.headers);
    response.pipe(outgoing);
  });
  request.on('error', () => outgoing.destroy());
  incoming.pipe(request);
});
server.listen(Number(port), '127.0.0.1', () => process.stdout.write(`${server.address().port}\n`));
