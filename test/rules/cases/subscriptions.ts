import { type Case, POD, POD2, SERVICE, type Series, series } from '../case.js';

const LISTEN = { ...POD, kind: 'tools_list_changed' };
const open = (count: string, limit?: string): Series => ({
  [series('pmcp_active_subscriptions', LISTEN)]: count,
  [series('pmcp_active_subscriptions', { ...POD, kind: 'session' })]: '900x30',
  ...(limit && { [series('pmcp_subscriptions_limit', POD)]: limit }),
});
const listening = (outcome: string, method = 'subscriptions/listen') =>
  series('pmcp_requests_total', { ...POD, method, name: '', outcome });
const refused = (count: string): Series => ({
  [listening('server_error')]: count,
  [listening('ok')]: '0+99x30',
});
const DAY = 1440;
const silent = (streams: string, carried: string, kind = 'tools_list_changed'): Series => ({
  [series('pmcp_silent_subscriptions', { ...POD, kind })]: streams,
  [series('pmcp_subscription_notifications_total', { ...POD2, kind })]: carried,
});

export const subscriptions: readonly Case[] = [
  {
    alert: 'PmcpSubscriptionsNearLimit',
    fires: [
      {
        series: open('810x30', '1000x30'),
        at: 5,
        labels: POD,
        description:
          '10.0.0.1:9090 of shop/pmcp uses 81% of its limit of subscription streams. At the limit new clients get no notifications.',
      },
    ],
    quiet: [
      { why: 'a fifth is free', series: open('800x30', '1000x30'), at: 30 },
      { why: 'no limit is known', series: open('5000x30'), at: 30 },
    ],
  },
  {
    alert: 'PmcpSubscriptionsRefused',
    fires: [
      {
        series: refused('0+1x30'),
        at: 10,
        labels: SERVICE,
        description:
          'shop/pmcp refused 10 subscription streams in the last 10 minutes, most likely because it has reached its limit. Those clients work with old lists of tools and resources.',
      },
    ],
    quiet: [
      { why: 'a few are refused while old pods go', series: refused('0x9 3x30'), at: 30 },
      {
        why: 'other requests fail',
        series: { ...refused('0x30'), [listening('server_error', 'resources/list')]: '0+20x30' },
        at: 30,
      },
      { why: 'none is refused any more', series: refused('900x30'), at: 30 },
    ],
  },
  {
    alert: 'PmcpSubscriptionsSilent',
    fires: [
      {
        series: silent(`0x60 1200x${DAY + 30}`, `0x${DAY + 90}`),
        at: DAY + 61,
        labels: SERVICE,
        description:
          '1.2k subscription streams to shop/pmcp have carried nothing, and in a day none of its streams has. Each holds a connection, and the autoscaler adds pods for them; if there was something to tell, clients have not heard of it.',
      },
    ],
    quiet: [
      { why: 'some are open', series: silent(`900x${DAY + 90}`, `0x${DAY + 90}`), at: DAY + 90 },
      {
        why: 'a release has disconnected all subscribers today, and they have reconnected',
        series: silent(`1200x${DAY + 90}`, `0x${DAY - 600} 1200x750`),
        at: DAY + 90,
      },
      {
        why: 'they are the streams of sessions',
        series: silent(`1200x${DAY + 90}`, `0x${DAY + 90}`, 'session'),
        at: DAY + 90,
      },
      { why: 'they end within a day', series: silent('1200x1300 0x230', `0x${DAY + 90}`), at: DAY + 90 },
    ],
  },
];
