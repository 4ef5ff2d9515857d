import { useStyles2 } from '@grafana/ui';
import type { ReactNode } from 'react';
import { type Alert, ago, type Rule, runbookOf, thresholdOf } from '../model/rules.js';
import { clockTime } from '../panels/clock-time.js';
import { AlertState } from './AlertState.js';
import { Curve } from './Curve.js';
import { Runbook } from './Runbook.js';
import { getStyles } from './styles.js';

export function AlertDetails({ alert, source }: { readonly alert: Alert; readonly source: string }) {
  const styles = useStyles2(getStyles);
  const { name, state, sinceMs, value, labels, annotations, rule } = alert;
  const threshold = thresholdOf(rule.query);
  return (
    <>
      <header className={styles.head}>
        <h1>{name}</h1>
        <AlertState alert={alert} />
      </header>
      <p className={styles.description}>{annotations.description ?? annotations.summary}</p>
      <dl className={styles.facts}>
        <Fact name={state === 'firing' ? 'Active for' : 'Pending for'}>
          {`${ago(Date.now() - sinceMs)}, since ${clockTime(sinceMs)}`}
          {state === 'pending' && `; fires after ${ago(rule.duration * 1000)}`}
        </Fact>
        <Fact name="Value">
          <b>{short(value)}</b>
          {threshold && (
            <span className={styles.limit}>{` ${threshold.operator} ${short(Number(threshold.limit))}`}</span>
          )}
        </Fact>
        <Fact name="Labels">
          {Object.entries(labels).map(([label, text]) => (
            <code key={label} className={styles.label}>{`${label}=${text}`}</code>
          ))}
        </Fact>
      </dl>
      {threshold && <Curve source={source} threshold={threshold} labels={labels} sinceMs={sinceMs} />}
      <details className={styles.query}>
        <summary>Query</summary>
        <pre>{rule.query}</pre>
      </details>
      <Runbook name={runbookOf(alert)} labels={labels} />
    </>
  );
}

/** The details of a rule without an active alert. */
export function QuietDetails({ rule }: { readonly rule: Rule }) {
  const styles = useStyles2(getStyles);
  return (
    <>
      <header className={styles.head}>
        <h1>{rule.name}</h1>
        <span className={styles.quiet}>quiet</span>
      </header>
      {rule.lastError && <p role="alert">{rule.lastError}</p>}
      <details className={styles.query}>
        <summary>Query</summary>
        <pre>{rule.query}</pre>
      </details>
      <Runbook name={runbookOf(rule)} labels={{}} />
    </>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}

/** Formats a value with four digits: nobody compares more. */
function short(value: number): string {
  return Number.isFinite(value) ? String(Number(value.toPrecision(4))) : String(value);
}
