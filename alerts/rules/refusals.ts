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

/** Alerts about requests that are refused before a server handles them. */
export function refusals(c: Context): AlertRule[] {
  return [authorisation(c), scopes(c), limited(c)];
}

/** Returns functions for the exchanges of a server, per second, and for a least number of them. */
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
  // If one client has an old token, others are still accepted.
  const othersGoOn = accepted.gte(of('', hour).times(0.5));
  // Requests without a token also come at night, when there are no other requests.
  const asEver = refused.lte(of(reasons, hour).times(2));
  return alert({
    name: 'PmcpAuthorisationFailing',
    severity: 'critical',
    expr: refused
      .dividedBy(of().gt(0))
      .gt(thresholds.unauthorisedShare)
      .and(atLeast(thresholds.unauthorisedCount, refused))
      // Requests were accepted an hour ago.
      .and(of('', hour).gt(0))
      .unless(othersGoOn)
      .unless(asEver),
    for: '5m',
    summary: 'A server refuses most tokens.',
    description: `${server} answered ${value.percent} of all HTTP requests in the last 5 minutes with 401, and accepts less than half as many requests as an hour ago. Its issuer, its keys or its audience have changed: most users are locked out.`,
    dashboard: 'connections',
  });
}

/** An alert about too large a share of requests that are refused for one reason. */
interface TurnedAway {
  readonly name: string;
  readonly reason: string;
  readonly share: number;
  readonly count: number;
  readonly for: Duration;
  readonly summary: string;
  /** The end of the description: the status of the answers, and what that means for users. */
  readonly says: string;
}

function turnedAway(c: Context, { name, reason, share, count, says, ...told }: TurnedAway): AlertRule {
  const { of, atLeast } = exchanges(c);
  const refused = of(reason);
  return c.alert({
    name,
    severity: 'warning',
    expr: refused.dividedBy(of().gt(0)).gt(share).and(atLeast(count, refused)),
    ...told,
    description: `${c.server} answered ${value.percent} of all HTTP requests in the last 5 minutes with ${says}`,
    dashboard: 'connections',
  });
}

function scopes(c: Context): AlertRule {
  return turnedAway(c, {
    name: 'PmcpScopeLoop',
    reason: 'insufficient_scope',
    share: c.thresholds.scopeRefusedShare,
    count: c.thresholds.scopeRefusedCount,
    for: '10m',
    summary: 'Clients ask for a scope and do not get it.',
    says: '403 because a scope is missing. A client that gets the scope asks once more and succeeds. These clients are refused again and again, and their users see a login that never ends.',
  });
}

function limited(c: Context): AlertRule {
  return turnedAway(c, {
    name: 'PmcpClientsLimited',
    reason: 'rate_limited',
    share: c.thresholds.limitedShare,
    count: c.thresholds.limitedCount,
    for: '5m',
    summary: 'A server refuses clients because they send too many requests.',
    says: '429. Users wait for their model, and the model waits for the server.',
  });
}
