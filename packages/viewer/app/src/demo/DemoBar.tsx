import { css, cx } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import { useState } from 'react';
import { askJson, askPrometheus } from '../api/ask.js';
import { activeAlerts, type RuleGroups } from '../model/rules.js';
import { useContents } from '../page/contents.js';
import { useAsked } from '../page/use-asked.js';
import { useTick } from '../page/use-tick.js';

interface Demo {
  readonly faults: Readonly<
    Record<string, { readonly title: string; readonly says: string; readonly alert: string }>
  >;
  readonly active: readonly string[];
}

const EVERY_MS = 2_000;

/** Buttons that make the server fail, each with the state of its alert. */
export function DemoBar({ says }: { readonly says: string }) {
  const styles = useStyles2(getStyles);
  const [presses, setPresses] = useState(0);
  const tick = useTick(EVERY_MS);
  const { data } = useAsked((signal) => askJson<Demo>('/faults', { signal }), [presses, tick]);
  const states = useAlertStates(tick);
  const press = async (name: string, on: boolean) => {
    await askJson(`/faults/${name}?on=${on}`, { method: 'POST' });
    setPresses((count) => count + 1);
  };
  return (
    <aside className={styles.strip} aria-label="Demonstration">
      <span className={styles.title} title={says}>
        Break it
      </span>
      {Object.entries(data?.faults ?? {}).map(([name, fault]) => {
        const on = data?.active.includes(name) ?? false;
        const state = states?.get(fault.alert);
        return (
          <span
            key={name}
            className={styles.fault}
            data-fault={name}
            data-state={state ?? (states ? 'quiet' : 'unknown')}
          >
            <button
              type="button"
              className={cx(styles.button, on && styles.on)}
              aria-pressed={on}
              title={fault.says}
              onClick={() => void press(name, !on)}
            >
              {fault.title}
            </button>
            {state && (
              <a
                className={cx(styles.alert, state === 'firing' && styles.firing)}
                href={`/alerts?alert=${fault.alert}`}
              >
                {state}
              </a>
            )}
          </span>
        );
      })}
      <span className={styles.says}>{says}</span>
    </aside>
  );
}

/** Returns the state of each active alert, by name. Returns undefined until Prometheus has answered. */
function useAlertStates(tick: number): ReadonlyMap<string, string> | undefined {
  const source = useContents().dataSources.prometheus[0]?.name ?? '';
  const { data } = useAsked(
    async (signal) => {
      const groups = await askPrometheus<RuleGroups>(source, 'rules', { type: 'alert' }, signal);
      // The worst alert comes first. It must be set last, so that it replaces others with its name.
      return new Map(
        activeAlerts(groups)
          .reverse()
          .map(({ name, state }) => [name, state] as const),
      );
    },
    [source, tick],
  );
  return data;
}

const getStyles = (theme: GrafanaTheme2) => ({
  strip: css({
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    gap: theme.spacing(1),
    padding: theme.spacing(0.75, 2),
    background: theme.colors.background.secondary,
    borderBottom: `1px solid ${theme.colors.border.weak}`,
    fontSize: theme.typography.bodySmall.fontSize,
  }),
  title: css({ fontWeight: theme.typography.fontWeightMedium }),
  fault: css({ display: 'inline-flex', alignItems: 'center', gap: theme.spacing(0.5) }),
  button: css({
    padding: theme.spacing(0.25, 1),
    color: theme.colors.text.primary,
    background: theme.colors.background.primary,
    border: `1px solid ${theme.colors.border.medium}`,
    borderRadius: theme.shape.radius.pill,
    '&:hover': { borderColor: theme.colors.border.strong },
    '&:focus-visible': { outline: `2px solid ${theme.colors.primary.main}` },
  }),
  on: css({
    background: theme.colors.error.main,
    borderColor: theme.colors.error.main,
    color: theme.colors.error.contrastText,
  }),
  alert: css({ color: theme.colors.warning.text, textDecoration: 'underline' }),
  firing: css({ color: theme.colors.error.text }),
  says: css({ color: theme.colors.text.secondary, marginLeft: 'auto' }),
});
