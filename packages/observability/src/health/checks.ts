/** Ready-made health checks: `health.add(checks.redis(client))`. */
export { type DiskOptions, disk } from './disk.js';
export { type EventLoopOptions, eventLoop } from './event-loop.js';
export { type MemoryOptions, memory } from './memory.js';
export { type PostgresClient, postgres } from './postgres.js';
export { type RedisClient, redis } from './redis.js';
export { type TcpOptions, tcp } from './tcp.js';
