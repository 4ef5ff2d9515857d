import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';

interface Props {
  readonly kind: 'loading' | 'waiting' | 'empty' | 'error' | 'absent';
  readonly children: string;
}

/** A text in place of a drawing. */
export function Note({ kind, children }: Props) {
  const styles = useStyles2(getStyles);
  return (
    <div className={styles.note} data-note={kind} role={kind === 'error' ? 'alert' : 'status'}>
      <span className={kind === 'error' ? styles.error : undefined}>{children}</span>
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  note: css({
    height: '100%',
    display: 'flex',
    alignItems: 'center',
    justifyContent: 'center',
    textAlign: 'center',
    overflow: 'auto',
    color: theme.colors.text.secondary,
    fontSize: theme.typography.bodySmall.fontSize,
    padding: theme.spacing(0.5),
  }),
  error: css({ color: theme.colors.error.text, overflowWrap: 'anywhere', maxHeight: '100%' }),
});
