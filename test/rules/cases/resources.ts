import { type Case, only, POD, type Series, series } from '../case.js';

const CONTAINER = { namespace: 'shop', pod: 'notes-1', container: 'server' };
const heap = (used: string) => ({
  [series('nodejs_heap_size_used_bytes', POD)]: used,
  [series('nodejs_heap_size_limit_bytes', POD)]: '2e9x20',
});
const DISK = { instance: 'node-1:9100', mountpoint: '/data', device: '/dev/sda1', fstype: 'ext4' };

const memory = (used: string): Series => ({
  [series('container_memory_working_set_bytes', CONTAINER)]: used,
  [series('container_spec_memory_limit_bytes', CONTAINER)]: '100x20',
});

const throttled = (periods: string): Series => ({
  [series('container_cpu_cfs_throttled_periods_total', CONTAINER)]: periods,
  [series('container_cpu_cfs_periods_total', CONTAINER)]: '0+100x30',
  [series('pmcp_ready', POD)]: '1x30',
});

const files = (open: string): Series => ({
  [series('process_open_fds', POD)]: open,
  [series('process_max_fds', POD)]: '100x20',
});

const disk = (free: string, labels = DISK): Series => ({
  [series('node_filesystem_avail_bytes', labels)]: free,
  [series('node_filesystem_size_bytes', labels)]: '100x30',
});

/** The use of processes, containers and disks. */
export const resources: readonly Case[] = [
  {
    alert: 'PmcpEventLoopBlocked',
    fires: [
      {
        series: only('nodejs_eventloop_lag_p99_seconds', POD, '0.25x20'),
        at: 5,
        labels: POD,
        description:
          'The event loop of 10.0.0.1:9090 of shop/pmcp runs 250ms late. Every request to it waits that long.',
      },
    ],
    quiet: [
      { why: '190 ms pass', series: only('nodejs_eventloop_lag_p99_seconds', POD, '0.19x20'), at: 20 },
      {
        why: 'the process is no PMCP server',
        series: only('nodejs_eventloop_lag_p99_seconds', { ...POD, job: 'shop-web' }, '0.25x20'),
        at: 20,
      },
    ],
  },
  {
    alert: 'PmcpHeapNearLimit',
    fires: [
      {
        series: heap('0x1 1.9e9x20'),
        at: 7,
        labels: POD,
        description:
          '10.0.0.1:9090 of shop/pmcp uses 95% of its heap limit. It spends most of its time on garbage collection, answers are slow, and soon it runs out of memory and ends.',
      },
    ],
    quiet: [
      {
        why: '89 % is high, but acceptable',
        series: heap('1.78e9x20'),
        at: 20,
      },
      {
        why: 'garbage is collected now and then',
        series: heap('1.9e9x3 1e9 1.9e9x3 1e9 1.9e9x3 1e9'),
        at: 11,
      },
    ],
  },
  {
    alert: 'PmcpFileDescriptorsNearLimit',
    fires: [
      {
        series: files('85x20'),
        at: 5,
        labels: POD,
        description:
          '10.0.0.1:9090 of shop/pmcp uses 85% of its file descriptors. At the limit it accepts no connection.',
      },
    ],
    quiet: [{ why: 'a fifth is free', series: files('80x20'), at: 20 }],
  },
  {
    alert: 'PmcpMemoryNearLimit',
    fires: [
      {
        series: { ...memory('95x20'), [series('pmcp_ready', POD)]: '1x20' },
        at: 5,
        labels: CONTAINER,
        description:
          'The container server of shop/notes-1 uses 95% of its memory. At the limit the kernel kills it, and its clients lose their sessions.',
      },
    ],
    quiet: [
      {
        why: 'a tenth is free',
        series: { ...memory('90x20'), [series('pmcp_ready', POD)]: '1x20' },
        at: 20,
      },
      { why: 'the pod is no PMCP server', series: memory('95x20'), at: 20 },
    ],
  },
  {
    alert: 'PmcpCpuThrottled',
    fires: [
      {
        series: throttled('0+30x30'),
        at: 16,
        labels: CONTAINER,
        description:
          'The container server of shop/notes-1 had to wait in 30% of its periods, since it had used up its share of CPU. Its users wait with it.',
      },
    ],
    quiet: [{ why: 'it waits in a fifth of its periods', series: throttled('0+20x30'), at: 30 }],
  },
  {
    alert: 'PmcpDiskAlmostFull',
    fires: [
      {
        series: disk('9x30'),
        at: 15,
        labels: DISK,
        description:
          'Only 9% of the disk /data of node-1:9100 is free. When the disk is full, databases stop writing, and tools that store data fail.',
      },
    ],
    quiet: [
      { why: 'a tenth is free', series: disk('11x30'), at: 30 },
      { why: 'it is no disk', series: disk('0x30', { ...DISK, fstype: 'tmpfs' }), at: 30 },
    ],
  },
];
