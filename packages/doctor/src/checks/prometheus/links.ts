import { CannotRun, type Finding } from '../../check.js';
import { linksOfRules } from '../../facts/links.js';
import { type Followed, follow } from '../../net/follow.js';
import { some } from '../some.js';
import { prometheusCheck } from './define.js';

/** Host names that are reserved for examples and tests. */
const EXAMPLE = /(^|\.)example(\.(com|org|net))?$|\.(test|invalid)$/;

export const linksAreReal = prometheusCheck({
  code: 'PMCP-D151',
  title: 'No link of an alert leads to an example.',
  why: 'Whoever is woken opens the runbook first. A page of example.com helps nobody.',
  cure: 'Build the rules with your own addresses: `npx pmcp-observability assets ./monitoring --runbook-url URL --dashboard-url URL --force`, and reload Prometheus.',
  severity: 'fail',
  rights: 'GET of `/api/v1/rules`.',
  after: ['PMCP-D104'],
  async run(context) {
    const wrong = (await context.get(linksOfRules)).filter(({ url }) => EXAMPLE.test(url.hostname));
    if (wrong.length === 0) return [];
    const hosts = [...new Set(wrong.map(({ url }) => url.hostname))];
    return [
      {
        found: `${wrong.length} links of alerts lead to ${some(hosts)}, such as that of ${wrong[0]!.rules[0]}`,
      },
    ];
  },
});

export const linksLeadOn = prometheusCheck({
  code: 'PMCP-D152',
  title: 'The runbooks and dashboards that alerts link to are there.',
  why: 'At three in the morning a link to a page that was moved costs the minutes that it was to save.',
  cure: 'Correct the address: `npx pmcp-observability assets ./monitoring --runbook-url URL --dashboard-url URL --force`, and reload Prometheus; or put the page back.',
  severity: 'warn',
  rights:
    'GET of `/api/v1/rules`; a GET of each link, without credentials. Addresses on the link itself (169.254.0.0/16, fe80::/10), where clouds keep secrets, are not asked.',
  needs: ['prometheus', 'checkLinks'],
  after: ['PMCP-D151'],
  async run(context) {
    const links = await context.get(linksOfRules);
    const followed = await follow(
      links.map(({ url }) => url),
      context.signal,
    );
    const unreached = followed.filter(({ end }) => end.kind === 'unreached');
    if (unreached.length > 0 && unreached.length === followed.length)
      throw new CannotRun(`no link can be followed from here: ${told(unreached[0]!)}`);
    return followed.flatMap((one, i): Finding[] => {
      if (one.end.kind === 'there') return [];
      return [{ found: `the link of ${some(links[i]!.rules)} leads nowhere: ${told(one)}` }];
    });
  },
});

function told({ url, end }: Followed): string {
  return `${url.href} ${end.kind === 'unreached' ? `can't be reached: ${end.reason}` : `answers ${end.kind === 'gone' ? end.status : 200}`}`;
}
