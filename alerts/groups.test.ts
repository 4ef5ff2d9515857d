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

  it('say which, how much, and where to read on', () => {
    for (const { alert, labels, annotations } of alertsOf()) {
      expect(['critical', 'warning', 'info'], alert).toContain(labels.severity);
      expect(annotations.summary, alert).not.toContain('{{');
      expect(annotations.runbook_url, alert).toMatch(new RegExp(`/${alert}\\.md$`));
    }
  });

  it('compare with something, for an alert of any value would always fire', () => {
    const comparisons = / (==|!=|<=?|>=?) |^absent\(/;
    for (const { alert, expr } of alertsOf())
      if (alert !== 'Watchdog') expect(expr, alert).toMatch(comparisons);
  });

  it('match by regular expressions only where a value would not do, and never anchored twice', () => {
    for (const rule of ruleGroups().flatMap(({ rules }) => rules)) {
      for (const [matcher, pattern] of rule.expr.matchAll(/[=!]~"([^"]*)"/g)) {
        expect(pattern, matcher).toMatch(/[.|*+?[(]/);
        expect(pattern, matcher).not.toMatch(/^\^|\$$/);
      }
    }
  });

  it('have thresholds without the noise of binary fractions', () => {
    for (const { alert, expr } of alertsOf()) expect(expr, alert).not.toMatch(/\d\.\d{8}/);
  });
});

describe('options', () => {
  it('move a threshold', () => {
    expect(alert('PmcpToolSlow', { thresholds: { toolSeconds: 30 } })?.expr).toMatch(/le=~"30\|/);
  });

  it('group by other labels', () => {
    const { expr, annotations } = alert('PmcpAllTargetsDown', { by: ['job'] }) as AlertRule;
    expect(expr).toContain('max by (job)');
    expect(annotations.description).toContain('targets of {{ $labels.job }} answers');
  });

  it('select other targets', () => {
    const selectors = { servers: { job: 'notes', namespace: ['a', 'b'] } };
    expect(alert('PmcpTargetDown', { selectors })?.expr).toBe('up{job="notes", namespace=~"a|b"} == 0');
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

  it('let time run faster', () => {
    const { expr, for: delay } = alert('PmcpTelemetryDropped', { scale: 0.01 }) as AlertRule;
    expect(expr).toContain('[6s]');
    expect(delay).toBe('6s');
  });

  it('leave SLOs out', () => {
    const names = ruleGroups({ slos: [] }).map(({ name }) => name);
    expect(names.filter((name) => name.includes('slo'))).toEqual([]);
    expect(names).toContain('pmcp-serving');
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
  ])('%j is refused', (options, message) => {
    expect(() => ruleGroups(options)).toThrow(message);
  });

  it('that names labels which a metric does not have does not compile', () => {
    // @ts-expect-error
    const options: AlertOptions = { by: ['tool'] };
    expect(options.by).toEqual(['tool']);
  });
});
