import {
  type Condition,
  type Duration,
  type Expression,
  sum,
  type TargetLabel,
} from '../../prometheus/promql.js';
import { instanceExchanges, RECORDED_WINDOW } from '../../prometheus/recorded.js';
import type { Context } from '../context.js';
import { seconds } from '../duration.js';
import type { AlertRule } from '../rule.js';
import { value } from '../template.js';

/** Who is turned away before a server hears of it. */
export function refusals(c: Context): AlertRule[] {
  return [authorisation(c), scopes(c), limited(c)];
}

/** The exchanges of a server, a second, and how many of them it takes to say something. */
function exchanges({ by, time }: Context) {
  const window = seconds(time(RECORDED_WINDOW));
  return {
    of: (reason?: Condition, offset?: Duration): Expression<TargetLabel> =>
      sum(instanceExchanges, {
        by,
        ...(reason !== undefined && { where: { reason } }),
        ...(offset && { offset }),
      }),
    atLeast: (count: number, of: Expression<TargetLabel>) => of.times(window).gte(count),
  };
}

function authorisation(c: Context): AlertRule {
  const { alert, server, time, thresholds } = c;
  const { of, atLeast } = exchanges(c);
  const hour = time('1h');
  const reasons = ['unauthorized', 'invalid_token'];
  const [refused, accepted] = [of(reasons), of('')];
  // One client with an old token leaves the others alone.
  const othersGoOn = accepted.gte(of('', hour).times(0.5));
  // Who knocks without a token does so at night too, when nobody else comes.
  const asEver = refused.lte(of(reasons, hour).times(2));
  return alert({
    name: 'PmcpAuthorisationFailing',
    severity: 'critical',
    expr: refused
      .dividedBy(of().gt(0))
      .gt(thresholds.unauthorisedShare)
      .and(atLeast(thresholds.unauthorisedCount, refused))
      // Somebody got in an hour ago.
      .and(of('', hour).gt(0))
      .unless(othersGoOn)
      .unless(asEver),
    for: '5m',
    summary: 'A server refuses most tokens.',
    description: `${server} answered ${value.percent} of all HTTP requests in the last 5 minutes with 401, and lets less than half of those in that it let in an hour ago. Its issuer, its keys or its audience have changed: most users are locked out.`,
    dashboard: 'connections',
  });
}

function scopes(c: Context): AlertRule {
  const { alert, server, thresholds } = c;
  const { of, atLeast } = exchanges(c);
  const refused = of('insufficient_scope');
  return alert({
    name: 'PmcpScopeLoop',
    severity: 'warning',
    expr: refused
      .dividedBy(of().gt(0))
      .gt(thresholds.scopeRefusedShare)
      .and(atLeast(thresholds.scopeRefusedCount, refused)),
    for: '10m',
    summary: 'Clients ask for a scope and do not get it.',
    description: `${server} answered ${value.percent} of all HTTP requests in the last 5 minutes with 403 for want of a scope. Who gets the scope asks once more and is let in: these are refused again and again, and their users see a login that leads nowhere.`,
    dashboard: 'connections',
  });
}

function limited(c: Context): AlertRule {
  const { alert, server, thresholds } = c;
  const { of, atLeast } = exchanges(c);
  const refused = of('rate_limited');
  return alert({
    name: 'PmcpClientsLimited',
    severity: 'warning',
    expr: refused
      .dividedBy(of().gt(0))
      .gt(thresholds.limitedShare)
      .and(atLeast(thresholds.limitedCount, refused)),
    for: '5m',
    summary: 'A server turns clients away for asking too often.',
    description: `${server} answered ${value.percent} of all HTTP requests in the last 5 minutes with 429. Users wait for their model, which waits to be let in.`,
    dashboard: 'connections',
  });
}
