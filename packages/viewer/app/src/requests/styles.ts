import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';

export const getStyles = (theme: GrafanaTheme2) => {
  const { colors, spacing, shape, typography, breakpoints } = theme;
  const focus = { '&:focus-visible': { outline: `2px solid ${colors.primary.main}`, outlineOffset: -2 } };
  const box = {
    background: colors.background.primary,
    border: `1px solid ${colors.border.weak}`,
    borderRadius: shape.radius.default,
  };
  const small = { fontSize: typography.bodySmall.fontSize };
  return {
    list: css({
      ...box,
      listStyle: 'none',
      padding: 0,
      margin: 0,
      '& li + li': { borderTop: `1px solid ${colors.border.weak}` },
    }),
    item: css({
      ...focus,
      display: 'grid',
      gridTemplateColumns: '150px minmax(0, 2fr) minmax(0, 1fr) minmax(0, 3fr)',
      gap: spacing(2),
      alignItems: 'center',
      padding: spacing(0.75, 1.5),
      color: colors.text.primary,
      '&:hover': { background: colors.action.hover },
      [breakpoints.down('md')]: { gridTemplateColumns: 'minmax(0, 1fr) minmax(0, 1fr)', gap: spacing(0.5) },
    }),
    time: css({
      ...small,
      color: colors.text.secondary,
      fontVariantNumeric: 'tabular-nums',
      whiteSpace: 'nowrap',
    }),
    name: css({ overflowWrap: 'anywhere', fontWeight: typography.fontWeightMedium }),
    service: css({ color: colors.text.secondary, overflowWrap: 'anywhere' }),
    duration: css({
      display: 'flex',
      alignItems: 'center',
      gap: spacing(1),
      whiteSpace: 'nowrap',
      '& > :first-child': { flexShrink: 1 },
    }),
    failed: css({ ...small, color: colors.error.text, margin: 0 }),
    beside: css({ marginLeft: spacing(1) }),
    bar: css({ display: 'block', height: 10, minWidth: 2, borderRadius: 2, background: colors.primary.main }),
    bad: css({ background: colors.error.main }),
    title: css({ margin: 0, fontSize: typography.h4.fontSize, overflowWrap: 'anywhere' }),
    about: css({ color: colors.text.secondary, alignSelf: 'end', overflowWrap: 'anywhere' }),
    counted: css({ ...small, fontFamily: typography.fontFamilyMonospace, color: colors.text.link }),
    columns: css({
      display: 'grid',
      gridTemplateColumns: 'minmax(0, 2fr) minmax(0, 1fr)',
      gap: spacing(1),
      alignItems: 'start',
      [breakpoints.down('md')]: { gridTemplateColumns: 'minmax(0, 1fr)' },
    }),
    box: css({ ...box, padding: spacing(1) }),
    line: css({
      ...focus,
      display: 'grid',
      gridTemplateColumns: 'minmax(120px, 1fr) minmax(0, 2fr) 80px',
      gap: spacing(1),
      alignItems: 'center',
      width: '100%',
      padding: spacing(0.5, 1),
      background: 'none',
      border: 'none',
      borderRadius: shape.radius.default,
      color: colors.text.primary,
      textAlign: 'left',
      '&:hover': { background: colors.action.hover },
    }),
    chosen: css({ background: colors.action.selected }),
    spanName: css({ overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }),
    lane: css({ overflow: 'hidden' }),
    length: css({ textAlign: 'right', fontVariantNumeric: 'tabular-nums', color: colors.text.secondary }),
    attributes: css({
      margin: 0,
      '& > div': { padding: spacing(0.5), overflowWrap: 'anywhere' },
      '& dt': { ...small, color: colors.text.secondary },
      '& dd': { margin: 0, fontFamily: typography.fontFamilyMonospace, ...small },
    }),
    heading: css({ fontSize: typography.h5.fontSize, margin: spacing(2, 0, 1) }),
    logs: css({
      ...box,
      ...small,
      listStyle: 'none',
      margin: 0,
      padding: spacing(1),
      fontFamily: typography.fontFamilyMonospace,
      '& li': {
        display: 'grid',
        gridTemplateColumns: '80px 60px minmax(0, 1fr)',
        gap: spacing(1),
        padding: spacing(0.25, 0),
        overflowWrap: 'anywhere',
      },
    }),
    details: css({ color: colors.text.secondary }),
  };
};
