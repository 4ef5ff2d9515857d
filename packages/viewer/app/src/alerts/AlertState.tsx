import { cx } from '@emotion/css';
import { useStyles2 } from '@grafana/ui';
import type { Alert } from '../model/rules.js';
import { getStyles } from './styles.js';

/** Shows the state in words and in colour, since not everybody can distinguish the colours. */
export function AlertState({ alert: { state, severity } }: { readonly alert: Alert }) {
  const styles = useStyles2(getStyles);
  const look =
    state === 'pending'
      ? styles.pending
      : severity === 'critical'
        ? styles.critical
        : severity === 'warning'
          ? styles.warning
          : styles.info;
  return <span className={cx(styles.state, look)}>{state === 'pending' ? 'pending' : severity}</span>;
}
