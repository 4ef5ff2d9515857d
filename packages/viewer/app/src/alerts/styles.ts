import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';

export const getStyles = (theme: GrafanaTheme2) => {
  const { colors, spacing, shape, typography, breakpoints } = theme;
  const filled = (main: string, text: string) => css({ background: main, color: text, borderColor: main });
  const box = {
    background: colors.background.primary,
    border: `1px solid ${colors.border.weak}`,
    borderRadius: shape.radius.default,
  };
  return {
    summary: css({ fontWeight: typography.fontWeightMedium, lineHeight: spacing(4) }),
    failed: css({ gridColumn: '1 / -1' }),
    columns: css({
      display: 'grid',
      gridTemplateColumns: 'minmax(280px, 380px) minmax(0, 1fr)',
      gap: spacing(1),
      alignItems: 'start',
      [breakpoints.down('md')]: { gridTemplateColumns: 'minmax(0, 1fr)' },
    }),
    list: css({ display: 'flex', flexDirection: 'column', gap: spacing(0.5) }),
    item: css({
      ...box,
      display: 'grid',
      gridTemplateColumns: 'auto 1fr auto',
      columnGap: spacing(1),
      alignItems: 'center',
      padding: spacing(1),
      textAlign: 'left',
      color: colors.text.primary,
      '&:hover': { background: colors.background.secondary },
      '&:focus-visible': { outline: `2px solid ${colors.primary.main}` },
    }),
    chosen: css({ borderColor: colors.primary.border, background: colors.background.secondary }),
    name: css({ fontWeight: typography.fontWeightMedium, overflowWrap: 'anywhere' }),
    since: css({ color: colors.text.secondary, fontVariantNumeric: 'tabular-nums', whiteSpace: 'nowrap' }),
    where: css({
      gridColumn: '1 / -1',
      color: colors.text.secondary,
      fontSize: typography.bodySmall.fontSize,
      overflowWrap: 'anywhere',
    }),
    state: css({
      padding: spacing(0.25, 1),
      border: '1px solid',
      borderRadius: shape.radius.pill,
      fontSize: typography.bodySmall.fontSize,
      whiteSpace: 'nowrap',
    }),
    critical: filled(colors.error.main, colors.error.contrastText),
    warning: filled(colors.warning.main, colors.warning.contrastText),
    info: filled(colors.info.main, colors.info.contrastText),
    pending: css({ color: colors.warning.text, borderColor: colors.warning.border }),
    quiet: css({ color: colors.text.secondary }),
    calm: css({ color: colors.success.text, padding: spacing(1), margin: 0 }),
    more: css({
      padding: spacing(1),
      background: 'none',
      border: 'none',
      color: colors.text.link,
      textAlign: 'left',
    }),
    details: css({
      ...box,
      padding: spacing(2),
      minHeight: 300,
      // On a phone, no runbook and no label may make the page wider than the screen.
      [breakpoints.down('md')]: {
        minWidth: 0,
        padding: spacing(1),
        overflowWrap: 'anywhere',
        '& code': { whiteSpace: 'normal', overflowWrap: 'anywhere' },
        '& table': { display: 'block', overflowX: 'auto' },
      },
    }),
    head: css({
      display: 'flex',
      alignItems: 'center',
      flexWrap: 'wrap',
      gap: spacing(1),
      '& h1': { margin: 0, fontSize: typography.h3.fontSize, overflowWrap: 'anywhere' },
    }),
    description: css({ margin: spacing(1, 0), maxWidth: 900, fontSize: typography.h5.fontSize }),
    facts: css({
      display: 'grid',
      gridTemplateColumns: 'auto 1fr',
      gap: spacing(0.5, 2),
      [breakpoints.down('md')]: { gridTemplateColumns: 'auto minmax(0, 1fr)' },
      margin: spacing(1, 0),
      '& dt': { color: colors.text.secondary },
      '& dd': { margin: 0, overflowWrap: 'anywhere' },
    }),
    limit: css({ color: colors.text.secondary }),
    label: css({ display: 'inline-block', marginRight: spacing(0.5) }),
    query: css({ margin: spacing(1, 0), '& pre': { whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' } }),
    runbook: css({
      maxWidth: 900,
      borderTop: `1px solid ${colors.border.weak}`,
      marginTop: spacing(2),
      '& h2': { fontSize: typography.h4.fontSize, margin: spacing(2, 0, 1) },
      '& pre': { whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' },
    }),
  };
};
