import { statSync } from 'node:fs';
import { CannotRun, type Check } from '../../check.js';
import { connectedClient } from '../../facts/client.js';
import { isLoopback } from '../../facts/loopback.js';
import { isOurs, metricsPage } from '../../facts/metrics-page.js';
import { answerToStranger } from '../../facts/redirect.js';
import { parseSamples } from '../../facts/samples.js';
import { authorities, tokenFiles } from '../../facts/secrets.js';
import { ask } from '../../net/ask.js';

export const tokensAreSecret: Check = {
  code: 'PMCP-D021',
  group: 'server',
  title: 'Files of tokens can be read by their owner only.',
  why: 'Whoever has an account on the machine, or breaks into another of its programs, reads the token and is whom it is for.',
  cure: 'Run `chmod 600 FILE`. In Kubernetes, mount the Secret with `defaultMode: 0400`.',
  needs: ['tokenFile'],
  rights: 'To see the modes of the files of `--token-file` and `--ca`.',
  severity: 'fail',
  async run({ settings }) {
    return [...tokenFiles(settings.tokenFile).values()].flatMap((path) => {
      const mode = modeOf(path);
      if ((mode & 0o044) === 0) return [];
      const others = (mode & 0o004) !== 0 ? 'everybody' : 'its group';
      return [
        {
          found: `${path} can be read by ${others} (${(mode & 0o777).toString(8)})`,
          cure: `chmod 600 ${path}`,
        },
      ];
    });
  },
};

function modeOf(path: string): number {
  try {
    return statSync(path).mode;
  } catch (error) {
    throw new CannotRun((error as Error).message);
  }
}

export const metricsAreInside: Check = {
  code: 'PMCP-D022',
  group: 'server',
  title: 'The metrics are not on the port of the clients.',
  why: 'Who reaches the server can read them: names of tools and clients, how busy it is, when it was started.',
  cure: 'Use the admin port (`PMCP_METRICS_PORT`), or shut `/metrics` and `/health` in the gateway, or ask for a token: `PMCP_METRICS_TOKEN_FILE`.',
  needs: ['url'],
  rights: 'GET of `/metrics` on the port of the clients, without a token.',
  severity: 'warn',
  after: ['PMCP-D001', 'PMCP-D003', 'PMCP-D004'],
  async run(context) {
    const { url } = context.settings;
    const page = new URL('/metrics', url!.origin);
    const { status, body } = await ask(page, { ca: authorities(context), ...context.limits });
    if (status !== 200 || !isOurs({ samples: parseSamples(body) })) return [];
    return [{ found: `${page.href} shows the metrics to every client` }];
  },
};

export const metricsWantTheToken: Check = {
  code: 'PMCP-D023',
  group: 'server',
  title: 'The admin port refuses who has no token.',
  why: 'A token that nobody asks for protects nothing, and everybody believes that it does.',
  cure: 'Set `PMCP_METRICS_TOKEN_FILE`, and start the server again. docs/admin-port.md says more.',
  needs: ['url', 'tokenFile'],
  rights: 'GET of `/metrics` without a token.',
  severity: 'fail',
  after: ['PMCP-D011'],
  async run(context) {
    if (!tokenFiles(context.settings.tokenFile).has('admin')) return [];
    const { url } = await context.get(metricsPage);
    const { status } = await ask(url, { ca: authorities(context), ...context.limits });
    return status === 200 ? [{ found: `${url.href} is shown without the token, too` }] : [];
  },
};

export const clientsWantTheToken: Check = {
  code: 'PMCP-D024',
  group: 'server',
  title: 'The server refuses clients that have no token.',
  why: 'Anybody who reaches it may call its tools.',
  cure: 'Check the token before the handler, for all paths and methods: `requireBearerAuth` of the SDK, or the gateway.',
  needs: ['url', 'tokenFile'],
  rights: 'A POST of `tools/list` without a token.',
  severity: 'fail',
  after: ['PMCP-D002'],
  async run(context) {
    if (!tokenFiles(context.settings.tokenFile).has('url')) return [];
    const client = await context.get(connectedClient);
    const url = context.settings.url!;
    const answer = await answerToStranger(url, {
      ca: authorities(context),
      ...context.limits,
      post: { jsonrpc: '2.0', id: 1, method: 'tools/list', params: {} },
      headers: { 'mcp-protocol-version': client.getNegotiatedProtocolVersion() ?? '' },
    });
    if (answer === undefined || answer.status === 401 || answer.status === 403) return [];
    return [{ found: `${url.href} answers ${answer.status} to who has no token, expected 401` }];
  },
};

const STRANGER = 'https://pages.example';

export const pagesAreRefused: Check = {
  code: 'PMCP-D025',
  group: 'server',
  title: 'A server on this machine refuses pages of the web.',
  why: 'Any page that somebody opens in a browser here may call the tools of a server on loopback, unless it looks at `Origin` and `Host`.',
  cure: 'Put `localhostOriginValidation()` and `localhostHostValidation()` of the SDK before the handler.',
  needs: ['url'],
  rights: 'A POST of `ping` with `Origin: https://pages.example`.',
  severity: 'fail',
  after: ['PMCP-D002'],
  async run(context) {
    const url = context.settings.url!;
    if (!isLoopback(url.hostname)) return [];
    const answer = await answerToStranger(url, {
      ca: authorities(context),
      ...context.limits,
      post: { jsonrpc: '2.0', id: 1, method: 'ping', params: {} },
      headers: { origin: STRANGER },
    });
    if (answer === undefined || [401, 403, 421].includes(answer.status)) return [];
    return [
      {
        found: `${url.href} answers ${answer.status} to a web page of another site (${STRANGER}), expected 403`,
      },
    ];
  },
};
