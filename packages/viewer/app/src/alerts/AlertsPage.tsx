import { cx } from '@emotion/css';
import { useStyles2 } from '@grafana/ui';
import { useState } from 'react';
import { askPrometheus } from '../api/ask.js';
import { Choice } from '../controls/Choice.js';
import { Navigation } from '../dashboard/Navigation.js';
import { Note } from '../dashboard/Note.js';
import { type Alert, activeAlerts, ago, quietRules, type Rule, type RuleGroups } from '../model/rules.js';
import { Bar } from '../page/Bar.js';
import { useContents } from '../page/contents.js';
import { setParameters, useAddress } from '../page/location.js';
import { useAsked } from '../page/use-asked.js';
import { useTick } from '../page/use-tick.js';
import { AlertDetails, QuietDetails } from './AlertDetails.js';
import { AlertState } from './AlertState.js';
import { getStyles } from './styles.js';

const EVERY_MS = 5_000;

/** The page of firing and pending alerts, the worst first. The chosen alert is shown with its runbook. */
export function AlertsPage() {
  const styles = useStyles2(getStyles);
  const { parameters } = useAddress();
  const sources = useContents().dataSources.prometheus.map(({ name }) => name);
  const source = parameters.get('var-datasource') ?? sources[0] ?? '';
  const tick = useTick(EVERY_MS);
  const { data, error } = useAsked(
    (signal) => askPrometheus<RuleGroups>(source, 'rules', { type: 'alert' }, signal),
    [source, tick],
  );
  const alerts = data ? activeAlerts(data) : [];
  const quiet = data ? quietRules(data) : [];
  const wanted = parameters.get('alert');
  const rule = quiet.find(({ name }) => name === wanted);
  const chosen = alerts.find(({ key }) => key === wanted) ?? alerts.find(({ name }) => name === wanted);
  const shown = chosen ?? (rule ? undefined : alerts[0]);
  return (
    <>
      <Navigation title="Alerts" />
      <Bar>
        {sources.length > 1 && (
          <Choice
            label="Data source"
            options={sources}
            chosen={[source]}
            multi={false}
            onChoose={(names) => setParameters({ 'var-datasource': names, alert: undefined })}
          />
        )}
        <strong className={styles.summary} role="status">
          {data ? summary(alerts, quiet) : ''}
        </strong>
      </Bar>
      <main className={styles.columns} data-page="alerts">
        {error !== undefined && (
          <div className={styles.failed}>
            <Note kind="error">{error}</Note>
          </div>
        )}
        {data && (
          <>
            <List alerts={alerts} quiet={quiet} chosen={shown?.key ?? rule?.name} />
            <article className={styles.details}>
              {shown && <AlertDetails alert={shown} source={source} />}
              {!shown && rule && <QuietDetails rule={rule} />}
              {!shown && !rule && <Note kind="empty">{nothingShown(quiet)}</Note>}
            </article>
          </>
        )}
      </main>
    </>
  );
}

function summary(alerts: readonly Alert[], quiet: readonly Rule[]): string {
  const firing = alerts.filter(({ state }) => state === 'firing').length;
  if (alerts.length + quiet.length === 0)
    return 'This Prometheus has no alerting rules, so no alert can fire';
  return `${firing} firing, ${alerts.length - firing} pending, ${quiet.length} rules quiet`;
}

function nothingShown(quiet: readonly Rule[]): string {
  if (quiet.length > 0) return 'Nothing fires. Choose a rule to read its runbook.';
  return 'Load alerts/alert-rules.yaml of @pmcp/observability into Prometheus: rule_files in its configuration.';
}

interface ListProps {
  readonly alerts: readonly Alert[];
  readonly quiet: readonly Rule[];
  readonly chosen: string | undefined;
}

function List({ alerts, quiet, chosen }: ListProps) {
  const styles = useStyles2(getStyles);
  const [open, setOpen] = useState(false);
  return (
    <nav className={styles.list} aria-label="Alerts">
      {alerts.map((alert) => (
        <button
          type="button"
          key={alert.key}
          className={cx(styles.item, alert.key === chosen && styles.chosen)}
          aria-current={alert.key === chosen}
          data-alert={alert.name}
          data-state={alert.state}
          onClick={() => setParameters({ alert: alert.key })}
        >
          <AlertState alert={alert} />
          <span className={styles.name}>{alert.name.replace(/^Pmcp(?=[A-Z])/, '')}</span>
          <span className={styles.since}>{ago(Date.now() - alert.sinceMs)}</span>
          <span className={styles.where}>{where(alert)}</span>
        </button>
      ))}
      {alerts.length === 0 && quiet.length > 0 && (
        <p className={styles.calm}>Nothing fires, nothing is pending.</p>
      )}
      {quiet.length > 0 && (
        <button type="button" className={styles.more} aria-expanded={open} onClick={() => setOpen(!open)}>
          {`${open ? 'Hide' : 'Show'} the ${quiet.length} quiet rules`}
        </button>
      )}
      {open &&
        [...new Map(quiet.map((rule) => [rule.name, rule])).keys()].map((name) => (
          <button
            type="button"
            key={name}
            className={cx(styles.item, name === chosen && styles.chosen)}
            onClick={() => setParameters({ alert: name })}
          >
            <span className={styles.quiet}>quiet</span>
            <span className={styles.name}>{name.replace(/^Pmcp(?=[A-Z])/, '')}</span>
          </button>
        ))}
    </nav>
  );
}

const OBVIOUS = new Set(['severity', 'window']);

function where({ labels }: Alert): string {
  return Object.entries(labels)
    .filter(([name]) => !OBVIOUS.has(name))
    .map(([, value]) => value)
    .join(' · ');
}
