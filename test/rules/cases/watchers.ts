import { type Case, only, POD, SERVICE, series } from '../case.js';

const REDIS = { namespace: 'shop', job: 'redis', instance: '10.0.2.1:9121' };

const LAST_RUN = 'pmcp_doctor_last_run_timestamp_seconds';

export const watchers: readonly Case[] = [
  {
    alert: 'Watchdog',
    fires: [
      {
        series: only('up', POD, '1x5'),
        at: 0,
        labels: {},
        description:
          'Always fires. When it stops arriving, no other alert arrives either, and nobody is told what users feel.',
      },
    ],
    // It has no threshold to stay below.
    quiet: [],
  },
  {
    alert: 'PmcpTelemetryDropped',
    fires: [
      {
        series: only(
          'pmcp_telemetry_dropped_total',
          { ...POD, signal: 'spans', reason: 'queue_full' },
          '0+1x20',
        ),
        at: 11,
        labels: { ...SERVICE, signal: 'spans', reason: 'queue_full' },
        description:
          'shop/pmcp dropped 10 spans in the last 10 minutes (queue_full). Users feel nothing, but what is dropped is missing when somebody looks for a fault.',
      },
    ],
    quiet: [
      {
        why: 'it happened once',
        series: only(
          'pmcp_telemetry_dropped_total',
          { ...POD, signal: 'spans', reason: 'queue_full' },
          '0 1x20',
        ),
        at: 11,
      },
      {
        why: 'the sampler drops most traces',
        series: only(
          'pmcp_telemetry_dropped_total',
          { ...POD, signal: 'traces', reason: 'sampled' },
          '0+1000x20',
        ),
        at: 20,
      },
    ],
  },
  {
    alert: 'PmcpLabelOverflow',
    fires: [
      {
        series: only('pmcp_label_overflow_total', { ...POD, label: 'client' }, '0+1x70'),
        at: 61,
        labels: { ...SERVICE, label: 'client' },
        description:
          'shop/pmcp folded 60 values of the label client into _other in the last hour. Users notice nothing, but you can no longer see which of these values has a fault.',
      },
    ],
    quiet: [
      {
        why: 'no value was folded recently',
        series: only('pmcp_label_overflow_total', { ...POD, label: 'client' }, '7x70'),
        at: 70,
      },
    ],
  },
  {
    alert: 'PmcpScrapeSlow',
    fires: [
      {
        series: only('scrape_duration_seconds', POD, '6x20'),
        at: 10,
        labels: POD,
        description:
          'Scraping 10.0.0.1:9090 of shop/pmcp takes 6s. Past the timeout it counts as down, and alerts about what its users feel stop working.',
      },
    ],
    quiet: [{ why: 'it takes 4 s', series: only('scrape_duration_seconds', POD, '4x20'), at: 20 }],
  },
  {
    alert: 'PmcpExporterDown',
    fires: [
      {
        series: only('up', REDIS, '0x10'),
        at: 5,
        labels: REDIS,
        description:
          '10.0.2.1:9121 of the job redis does not answer Prometheus. If what it watches breaks, users feel it and no alert tells.',
      },
      {
        // Discovery no longer finds it.
        series: only('up', REDIS, '1x3 stale'),
        at: 9,
        labels: { namespace: REDIS.namespace, job: REDIS.job },
        description:
          'What was known of the job redis does not answer Prometheus. If what it watches breaks, users feel it and no alert tells.',
      },
    ],
    quiet: [
      {
        why: 'it comes back under another address',
        series: {
          [series('up', REDIS)]: '1x3 stale',
          [series('up', { ...REDIS, instance: '10.0.2.2:9121' })]: '_x6 1x20',
        },
        at: 20,
      },
      {
        why: 'a preview is deleted with all its objects',
        series: {
          [series('up', REDIS)]: '1x3 stale',
          [series('up', { namespace: REDIS.namespace, job: 'pmcp', instance: '10.0.0.1:9090' })]: '1x3 stale',
        },
        at: 70,
      },
      { why: 'it is no exporter of ours', series: only('up', { ...REDIS, job: 'web' }, '0x10'), at: 10 },
    ],
  },
  {
    alert: 'PmcpDoctorWorse',
    fires: [
      {
        // A warning that became an error, beside an older error.
        series: {
          [series('pmcp_doctor_check', { namespace: 'shop', code: 'PMCP-D062' })]: '1x1500 2x60',
          [series('pmcp_doctor_check', { namespace: 'shop', code: 'PMCP-D074' })]: '1x1560',
        },
        at: 1531,
        labels: { namespace: 'shop', code: 'PMCP-D062' },
        description:
          'The check PMCP-D062 of the doctor is worse than a day ago: 2, where 1 is a warning and 2 an error. Users may feel nothing yet.',
      },
      {
        // A day ago the check could not run, and before that it had found nothing.
        series: only('pmcp_doctor_check', { namespace: 'shop', code: 'PMCP-D253' }, '0x9 _x1490 1x60'),
        at: 1530,
        labels: { namespace: 'shop', code: 'PMCP-D253' },
        description:
          'The check PMCP-D253 of the doctor is worse than a day ago: 1, where 1 is a warning and 2 an error. Users may feel nothing yet.',
      },
    ],
    quiet: [
      {
        why: 'it has been so since yesterday',
        series: only('pmcp_doctor_check', { namespace: 'shop', code: 'PMCP-D062' }, '2x1560'),
        at: 1531,
      },
      {
        why: 'it has become better',
        series: only('pmcp_doctor_check', { namespace: 'shop', code: 'PMCP-D062' }, '2x1500 1x60'),
        at: 1531,
      },
      {
        why: 'it was worse only for a moment, as in a rollout',
        series: only('pmcp_doctor_check', { namespace: 'shop', code: 'PMCP-D311' }, '0x1500 2x10 0x60'),
        at: 1545,
      },
      {
        why: 'the doctor started today',
        series: only('pmcp_doctor_check', { namespace: 'shop', code: 'PMCP-D062' }, '2x60'),
        at: 60,
      },
      {
        why: 'its check could not run a day ago, and had found the same before',
        series: only('pmcp_doctor_check', { namespace: 'shop', code: 'PMCP-D253' }, '2x9 _x1490 2x60'),
        at: 1560,
      },
      {
        why: 'the doctor checks more since today',
        series: {
          [series('pmcp_doctor_check', { namespace: 'shop', code: 'PMCP-D062' })]: '0x1560',
          [series('pmcp_doctor_check', { namespace: 'shop', code: 'PMCP-D253' })]: '_x1500 2x60',
        },
        at: 1560,
      },
    ],
  },
  {
    alert: 'PmcpDoctorStale',
    fires: [
      {
        // A Pushgateway keeps what was pushed. A doctor that still runs elsewhere does not help.
        series: {
          [series(LAST_RUN, { namespace: 'shop' })]: '0x200',
          [series(LAST_RUN, { namespace: 'wiki' })]: '0x59 3600x59 7200x59 10800x59',
        },
        at: 186,
        labels: { namespace: 'shop' },
        description:
          'The doctor last ran 3h 6m 0s ago. What it would find now, users may be the first to find.',
      },
      {
        // The Pushgateway was restarted, and nothing was pushed since.
        series: only(LAST_RUN, { namespace: 'shop' }, '0x10 stale'),
        at: 186,
        labels: { namespace: 'shop' },
        description:
          'The doctor last ran 3h 6m 0s ago. What it would find now, users may be the first to find.',
      },
    ],
    quiet: [
      {
        why: 'it runs every hour',
        series: only(LAST_RUN, { namespace: 'shop' }, '0x59 3600x59 7200x59 10800x59 14400x59'),
        at: 299,
      },
      {
        why: 'two runs failed',
        series: only(LAST_RUN, { namespace: 'shop' }, '0x180 10860x60'),
        at: 240,
      },
      {
        why: 'the Pushgateway was restarted between two runs',
        series: only(LAST_RUN, { namespace: 'shop' }, '0x10 stale _x100 7200x60'),
        at: 170,
      },
      {
        why: 'another pod publishes it now',
        series: {
          [series(LAST_RUN, { namespace: 'shop', instance: '10.0.5.1:9091' })]: '0x100 stale',
          [series(LAST_RUN, { namespace: 'shop', instance: '10.0.5.2:9091' })]: '_x110 6600x170',
        },
        at: 280,
      },
      { why: 'nobody has used it so far', series: only('up', POD, '1x300'), at: 300 },
    ],
  },
];
