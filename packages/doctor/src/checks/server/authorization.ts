import { type Check, type Finding, NotApplicable } from '../../check.js';
import { losesTls, TELL_OF_TLS } from '../../facts/lost-tls.js';
import { isFor, protectedResource } from '../../facts/protected-resource.js';

export const clientsLearnWhereToSignIn: Check = {
  code: 'PMCP-D027',
  group: 'server',
  title: 'A server that asks for tokens says where they come from.',
  why: 'A client that gets 401 looks for the document of RFC 9728, as the MCP specification says: without it, or with a wrong one, it can sign in nowhere and asks its user for help that nobody can give.',
  cure: 'Serve it with `mcpAuthMetadataRouter` of the SDK, name it in `WWW-Authenticate: Bearer resource_metadata="…"`, and let `resource` be the address that clients use. A gateway has to pass `/.well-known/` on.',
  needs: ['url'],
  rights: 'A POST of `tools/list` and a GET of `/.well-known/oauth-protected-resource`, without a token.',
  severity: 'fail',
  after: ['PMCP-D001', 'PMCP-D003', 'PMCP-D004'],
  async run(context) {
    const url = context.settings.url!;
    const found = await context.get(protectedResource);
    if (found === undefined) throw new NotApplicable('the server asks for no token');
    const { challenge, named, metadata, fault } = found;
    if (challenge === undefined)
      return [{ found: `${url.href} answers 401 without WWW-Authenticate`, severity: 'warn' }];
    const plain = named && plainHttp(`the metadata that ${url.href} names`, url, named);
    if (plain !== undefined) return [plain];
    if (fault !== undefined) return [{ found: `the metadata that ${url.href} names is not there: ${fault}` }];
    // Tokens need not come from an OAuth authorization server.
    if (metadata === undefined) throw new NotApplicable('the server takes tokens that are not of OAuth');
    const { resource = '', authorization_servers = [] } = metadata;
    if (!isFor(resource, url) && URL.canParse(resource)) {
      const other = plainHttp(`the resource in the metadata of ${url.href}`, url, new URL(resource));
      if (other !== undefined) return [other];
    }
    if (!isFor(resource, url))
      return [{ found: `the metadata of ${url.href} is for another resource: ${resource || 'none'}` }];
    if (authorization_servers.length === 0)
      return [{ found: `the metadata of ${url.href} names no authorization server` }];
    return [];
  },
};

/** Clients take neither from a server that they reach by HTTPS. */
function plainHttp(what: string, asked: URL, given: URL): Finding | undefined {
  if (!losesTls(asked, given)) return undefined;
  return { found: `${what} is plain HTTP: ${given.href}, expected https`, cure: TELL_OF_TLS };
}
