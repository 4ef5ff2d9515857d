/** The settings of a machine that bench/host has shown to matter, each written once. */

/** The docs measure two descriptors for each session. Files, checks and a reconnect of all need some, too. */
export const FILES_PER_CONNECTION = 4;

/** What the unit of systemd allows: 16,000 connections. */
export const LIMIT_NOFILE = 65_536;

/** `listen` gets the smaller one of this and what the server asks for. The default of Linux since 5.4. */
export const SOMAXCONN = { name: 'net.core.somaxconn', least: 4_096 } as const;

/** The ports of outgoing connections. The proxy needs one for each open stream to its server. */
export const PORTS = {
  name: 'net.ipv4.ip_local_port_range',
  /** Above the ports that servers and tools of a cluster listen on, up to the last one. */
  first: 16_384,
  last: 65_535,
  /** For calls beside the streams. A kernel with few free ports searches long for one. */
  perCent: 125,
} as const;

/**
 * How often Linux sends again what nobody answers, before a connection is over. With 8 that takes 102 s, and with the
 * default of 15 a quarter of an hour. RFC 1122 asks for 100 s at least.
 */
export const RETRIES = { name: 'net.ipv4.tcp_retries2', most: 8 } as const;

/** The memory of the unit, and the share of it that the heap of Node may have. */
export const MEMORY_MIB = 2_048;
export const HEAP_MIB = (MEMORY_MIB * 3) / 4;

/** The drain of the toolkit, the end of its export, and as much as that to spare. */
export const STOP_SECONDS = 25 + 5 + 10;
