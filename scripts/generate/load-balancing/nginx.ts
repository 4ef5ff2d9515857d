import { PURPOSE, SERVERS, type Strategy } from './strategies.js';

const METHODS: Readonly<Record<Strategy, string>> = {
  'round-robin': '',
  'least-connections': '    least_conn;\n',
  'weighted-random': '    random;\n',
  sessions: '    least_conn;\n',
};

const server = ({ address, weight }: (typeof SERVERS)[number]) =>
  `    server ${address} weight=${weight} max_fails=1 fail_timeout=5s;\n`;

/** Returns a complete configuration of nginx (open source). */
export function nginx(strategy: Strategy): string {
  const all = SERVERS.map(server).join('');
  return `# ${PURPOSE[strategy]}
# Generated from scripts/generate/load-balancing by \`npm run generate\`.
events {}

http {
${strategy === 'sessions' ? sessions() : ''}  upstream mcp {
    zone mcp 64k;
${METHODS[strategy]}${all}    keepalive 32;
  }

  server {
    listen 127.0.0.1:8080;

    location / {
      proxy_pass http://${strategy === 'sessions' ? '$mcp_server' : 'mcp'};
      proxy_http_version 1.1;
      proxy_set_header Connection '';
      proxy_set_header Host $http_host;
      # A stream reaches its client event by event, and may be silent for long.
      proxy_buffering off;
      proxy_read_timeout 1h;
      # Only when the server could not be reached. A call that was sent may have happened: the client decides.
      proxy_next_upstream error;
      proxy_connect_timeout 2s;
    }
  }

  # For nginx-prometheus-exporter. What each server gets is in its own pmcp_requests_total.
  server {
    listen 127.0.0.1:8081;
    location = /status {
      stub_status;
    }
  }
}
`;
}

/**
 * nginx can't learn from an answer which server made a session, and a hash of the id would lead elsewhere than the
 * \`initialize\` that had none yet. So the id itself must name the server.
 */
function sessions(): string {
  const names = SERVERS.map(({ name }) => `    ~^${name}\\. mcp_${name};\n`).join('');
  const each = SERVERS.map(({ name, address }) => {
    const others = SERVERS.filter((other) => other.name !== name);
    const backups = others.map((other) => `    server ${other.address} backup;\n`).join('');
    return `  upstream mcp_${name} {
    zone mcp_${name} 64k;
    server ${address} max_fails=0;
${backups}    keepalive 32;
  }
`;
  });
  return `  # nginx can't learn which server made a session. Each server must begin its ids with its name:
  # sessionIdGenerator: () => \`\${process.env.NAME}.\${randomUUID()}\`
  map $http_mcp_session_id $mcp_server {
    default mcp;
${names}  }

  # When the server of a session is gone, another one answers 404, and the client opens a new session.
${each.join('\n')}
`;
}
