/** How a balancer chooses the server of a request. */
export const STRATEGIES = ['round-robin', 'least-connections', 'weighted-random', 'sessions'] as const;
export type Strategy = (typeof STRATEGIES)[number];

/**
 * The servers of the examples: their names, with which their session ids begin, their addresses and their admin ports. Weights
 * are large, since the random choice of HAProxy is uneven with small ones.
 */
export const SERVERS = [
  { name: 'a', address: '127.0.0.1:3001', admin: 9091, weight: 100 },
  { name: 'b', address: '127.0.0.1:3002', admin: 9092, weight: 100 },
  { name: 'c', address: '127.0.0.1:3003', admin: 9093, weight: 100 },
] as const;

/** What each strategy is for, for the head of a file. */
export const PURPOSE: Readonly<Record<Strategy, string>> = {
  'round-robin': 'one server after the other. For servers without sessions that are equally fast.',
  'least-connections':
    'the server with the fewest open requests. For servers without sessions, when some are slower.',
  'weighted-random':
    'a random server, by weight. For servers without sessions, behind several balancers that do not know each other.',
  sessions:
    'all requests of one Mcp-Session-Id to the server that made it. New sessions go to the server with the fewest open requests.',
};
