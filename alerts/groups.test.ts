import { describe, expect, it } from 'vitest';
import { ruleGroups } from './groups.js';
import type { AlertOptions } from './options.js';
import { type AlertRule, isAlert } from './rule.js';
import { SLOS } from './slos.js';

function alertsOf(options?: AlertOptions): AlertRule[] {
  return ruleGroups(options).flatMap(({ rules }) => rules.filter(isAlert));
}

function alert(name: string, options?: AlertOptions): AlertRule | undefined {
  return alertsOf(options).find((rule) => rule.alert === name);
}

describe('the rules', () => {
  it('come in groups of at most 20', () => {
    for (const { name, rules } of ruleGroups()) expect(rules.length, name).toBeLessThanOrEqual(20);
  });

  it('have names in CamelCase of at most 40 characters', () => {
    for (const { alert } of alertsOf()) expect(alert).toMatch(/^(?=.{1,40}$)([A-Z][a-z0-9]+)+$/);
  });

  it('name the object, the value and a page to read', () => {
    for (const { alert, labels, annotations } of alertsOf()) {
      expect(['critical', 'warning', 'info'], alert).toContain(labels.severity);
      expect(annotations.summary, alert).not.toContain('{{');
      expect(annotations.runbook_url, alert).toMatch(new RegExp(`/${alert}\\.md$`));
    }
  });

  it('compare with a value, because an alert without a comparison always fires', () => {
    const comparisons = / (==|!=|<=?|>=?) |^absent\(/;
    for (const { alert, expr } of alertsOf())
      if (alert !== 'Watchdog') expect(expr, alert).toMatch(comparisons);
  });

  it('use a regular expression only where a fixed value is not enough, and never anchor it twice', () => {
    for (const rule of ruleGroups().flatMap(({ rules }) => rules)) {
      for (const [matcher, pattern] of rule.expr.matchAll(/[=!]~"([^"]*)"/g)) {
        expect(pattern, matcher).toMatch(/[.|*+?[(]/);
        expect(pattern, matcher).not.toMatch(/^\^|\$$/);
      }
    }
  });

  it('have thresholds without rounding errors of binary fractions', () => {
    for (const { alert, expr } of alertsOf()) expect(expr, alert).not.toMatch(/\d\.\d{8}/);
  });
});

describe('options', () => {
  it('change a threshold', () => {
    const [slow] = ruleGroups({ thresholds: { toolSeconds: 30 } }).flatMap(({ rules }) =>
      rules.filter((rule) => !isAlert(rule) && rule.record === 'tool:pmcp_slow_requests:rate5m'),
    );
    expect(slow?.expr).toMatch(/le=~"30\|/);
    expect(alert('PmcpToolSlow', { thresholds: { toolSlowShare: 0.3 } })?.expr).toMatch(/ > 0\.3$/);
  });

  it('group by other labels', () => {
    const { expr, annotations } = alert('PmcpAllTargetsDown', { by: ['job'] }) as AlertRule;
    expect(expr).toContain('max by (job)');
    expect(annotations.description).toContain('targets of {{ $labels.job }} answers');
  });

  it('select other targets', () => {
    const selectors = { servers: { job: 'notes', namespace: ['a', 'b'] } };
    expect(alert('PmcpTargetDown', { selectors })?.expr).toMatch(
      /^up\{job="notes", namespace=~"a\|b"\} == 0 and/,
    );
  });

  it('rename severities and add labels', () => {
    const { labels } = alert('PmcpRedisDown', {
      severities: { critical: 'page' },
      labels: { team: 'mcp' },
    }) as AlertRule;
    expect(labels).toEqual({ severity: 'page', team: 'mcp' });
  });

  it('switch an alert off', () => {
    expect(alert('PmcpToolSlow', { change: { PmcpToolSlow: false } })).toBeUndefined();
  });

  it('change one alert', () => {
    const change = { PmcpToolSlow: { severity: 'info', for: '1h', labels: { team: 'tools' } } } as const;
    expect(alert('PmcpToolSlow', { change })).toMatchObject({
      for: '1h',
      labels: { severity: 'info', team: 'tools' },
    });
  });

  it('make time run faster', () => {
    const { expr, for: delay } = alert('PmcpTelemetryDropped', { scale: 0.01 }) as AlertRule;
    expect(expr).toContain('[6s]');
    expect(delay).toBe('6s');
  });

  it('set where links lead, with or without a slash at the end', () => {
    const { annotations } = alert('PmcpToolSlow', {
      runbookUrl: 'https://runbooks.example.org/',
      dashboardUrl: 'https://grafana.example.org/d/',
    }) as AlertRule;
    expect(annotations.runbook_url).toBe('https://runbooks.example.org/PmcpToolSlow.md');
    expect(annotations.dashboard_url).toMatch(/^https:\/\/grafana\.example\.org\/d\/pmcp-tools\?/);
  });

  it('that omit the job label also omit it from links, where it would be empty', () => {
    const job = /var-job=/;
    expect(alert('PmcpToolSlow')?.annotations.dashboard_url).toMatch(job);
    for (const { alert, annotations } of alertsOf({ by: ['cluster', 'namespace'] })) {
      expect(annotations.dashboard_url, alert).not.toMatch(job);
    }
  });

  it('leave SLOs out', () => {
    const names = ruleGroups({ slos: [] }).map(({ name }) => name);
    expect(names.filter((name) => name.includes('slo'))).toEqual([]);
    expect(names).toContain('pmcp-serving');
  });

  it('accept an objective that is low enough for its window', () => {
    const slos = [
      { ...SLOS[0]!, objective: 0.931 },
      { ...SLOS[0]!, name: 'Low', objective: 0.9, window: '20d' as const },
    ];
    for (const { alert, expr } of alertsOf({ slos }).filter(({ labels }) => labels.window)) {
      expect(Number(/ > ([\d.]+) and/.exec(expr)?.[1]), alert).toBeLessThan(1);
    }
  });

  it('scale burn rates with the window of the SLO, but never below one', () => {
    const slos = SLOS.slice(0, 1).map((slo) => ({ ...slo, window: '28d' as const }));
    const limits = alertsOf({ slos })
      .filter(({ labels }) => labels.slo ?? labels.window)
      .map(({ expr }) => / > ([\d.]+) and/.exec(expr)?.[1]);
    expect(limits).toEqual(['0.01344', '0.0056', '0.0028', '0.001']);
  });
});

describe('bad input', () => {
  const slo = {
    name: 'Latency',
    objective: 0.99,
    indicator: { kind: 'availability' },
    bad: 'failed',
  } as const;

  it.each<[AlertOptions, string]>([
    [
      { slos: [{ ...slo, objective: 1 }] },
      'Expected `slos.Latency.objective` to be above 0 and below 1, got 1',
    ],
    [{ slos: [{ ...slo, objective: 99.9 }] }, 'Expected `slos.Latency.objective` to be'],
    [{ slos: [{ ...slo, objective: Number.NaN }] }, 'Expected `slos.Latency.objective` to be'],
    [{ slos: [{ ...slo, name: 'my slo' }] }, 'Expected `slos.name` to be CamelCase, got "my slo"'],
    [{ slos: [slo, slo] }, 'Expected `slos` to be SLOs with different names, got "Latency"'],
    [{ slos: [{ ...slo, window: '1h' }] }, 'Expected `slos.Latency.window` to be at least 7d, got "1h"'],
    [{ slos: [{ ...slo, minBadEvents: 0 }] }, 'Expected `slos.Latency.minBadEvents` to be at least 1, got 0'],
    [
      { slos: [{ ...slo, indicator: { kind: 'latency', seconds: 3 } }] },
      'Expected `bound` to be a bucket of pmcp_request_duration_seconds: 0.001',
    ],
    [{ scrapeInterval: '2m' }, 'Expected `scrapeInterval` to be at most 75s, for rates over 5m, got "2m"'],
    [
      { histograms: 'nhcb' as 'native' },
      'Expected `histograms` to be any of classic, native, both, got "nhcb"',
    ],
    [{ scale: 0 }, 'Expected `scale` to be a number above 0, got 0'],
    [{ change: { PmcpNothing: false } }, 'Expected `change` to be names of alerts: Pmcp'],
    [{ thresholds: { toolSeconds: Number.NaN } }, 'Expected `thresholds.toolSeconds` to be a finite number'],
    [{ thresholds: { nothing: 1 } as object }, 'Expected `thresholds` to be any of toolErrorShare'],
    [{ selectors: { server: {} } as object }, 'Expected `selectors` to be any of servers, exporters'],
    [{ severities: { page: 'P1' } as object }, 'Expected `severities` to be any of critical, warning, info'],
    [{ by: ['tool' as never] }, 'Expected `by` to be labels among job, instance'],
    [
      { selectors: { redis: { fstype: 'x' } as object } },
      'Expected `selectors.redis` to be labels among job,',
    ],
    [
      {
        slos: [{ ...slo, indicator: { kind: 'availability', where: { outcome: 'ok' } as object } }],
      },
      'Expected `slos.Latency.indicator.where` to be labels among method, name, got "outcome"',
    ],
    [
      { labels: { team: '{{ $labels.job' } },
      'Expected `PmcpAvailabilityBurnFast.team` to be a template that parses (an action is not closed)',
    ],
    [
      { change: { PmcpToolSlow: { labels: { team: '{{ nothing }}' } } } },
      'Expected `PmcpToolSlow.team` to be a template that parses (there is no function nothing)',
    ],
    [{ treshold: {} } as object, 'Expected `alerts` to be any of by, labels'],
    [
      { change: { PmcpToolSlow: { sevrity: 'critical' } } } as object,
      'Expected `change.PmcpToolSlow` to be any of severity, for, labels, got "sevrity"',
    ],
    [
      { change: { PmcpToolSlow: { severity: 'page' } } } as object,
      'Expected `change.PmcpToolSlow.severity` to be any of critical, warning, info, got "page"',
    ],
    [
      { change: { PmcpToolSlow: { for: '5 minutes' } } } as object,
      'Expected `change.PmcpToolSlow.for` to be a duration such as 5m, got "5 minutes"',
    ],
    [
      { change: { PmcpToolSlow: true } } as object,
      'Expected `change.PmcpToolSlow` to be an object, got true',
    ],
    [
      { change: { PmcpToolSlow: { labels: { 'a b': 'x' } } } },
      'Expected `change.PmcpToolSlow.labels` to be names of labels, got "a b"',
    ],
    [{ labels: { 'my-team': 'x' } }, 'Expected `labels` to be names of labels, got "my-team"'],
    [{ labels: { tier: 1 } } as object, 'Expected `labels.tier` to be a text, got 1'],
    [{ severities: { critical: 1 } } as object, 'Expected `severities.critical` to be a text, got 1'],
    [{ runbookUrl: 1 } as object, 'Expected `runbookUrl` to be a text, got 1'],
    [{ by: ['job', 'job'] }, 'Expected `by` to be labels that are listed once, got "job"'],
    [{ by: 'job' } as object, 'Expected `by` to be a list of labels, got "job"'],
    [{ selectors: { redis: 'x' } } as object, 'Expected `selectors.redis` to be an object, got "x"'],
    [
      { slos: [{ ...slo, indicator: { kind: 'toolsuccess' } }] } as object,
      'Expected `slos.Latency.indicator.kind` to be any of availability, latency, tool-success, got "toolsuccess"',
    ],
    [
      { slos: [{ ...slo, indicator: undefined }] } as object,
      'Expected `slos.Latency.indicator` to be an object, got undefined',
    ],
    [
      { slos: [{ ...slo, minBadEvent: 9 }] } as object,
      'Expected `slos.Latency` to be any of name, objective, window, indicator, bad, perTool, minBadEvents',
    ],
    [
      { slos: [{ ...slo, bad: undefined }] } as object,
      'Expected `slos.Latency.bad` to be a text, got undefined',
    ],
    [
      { slos: [{ ...slo, objective: 0.9 }] },
      'Expected `slos.Latency.objective` to be above 0.9306 with a window of 30d (at 0.9, a window of at most 20d), since more than 100 % cannot be bad, got 0.9',
    ],
    [
      { slos: [{ ...slo, objective: 0.95, window: '90d' }] },
      'Expected `slos.Latency.objective` to be above 0.9769 with a window of 90d (at 0.95, a window of at most 41d), since',
    ],
    [
      { slos: [{ ...slo, objective: 0.5 }] },
      'Expected `slos.Latency.objective` to be above 0.9306 with a window of 30d, since',
    ],
  ])('%j is rejected', (options, message) => {
    expect(() => ruleGroups(options)).toThrow(message);
  });

  it('with labels that a metric does not have does not compile', () => {
    // @ts-expect-error
    const options: AlertOptions = { by: ['tool'] };
    expect(options.by).toEqual(['tool']);
  });
});
