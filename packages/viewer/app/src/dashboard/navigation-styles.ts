import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';

export const getStyles = (theme: GrafanaTheme2) => ({
  header: css({
    display: 'flex',
    alignItems: 'center',
    gap: theme.spacing(1.5),
    height: 48,
    padding: theme.spacing(0, 2),
    background: theme.colors.background.primary,
    borderBottom: `1px solid ${theme.colors.border.weak}`,
  }),
  toggle: css({
    width: 32,
    height: 32,
    padding: 0,
    background: 'none',
    border: 'none',
    borderRadius: theme.shape.radius.default,
    color: theme.colors.text.secondary,
    fontSize: 18,
    lineHeight: 1,
    '&:hover': { background: theme.colors.action.hover },
    '&:focus-visible': { outline: `2px solid ${theme.colors.primary.main}` },
  }),
  brand: css({
    display: 'flex',
    alignItems: 'center',
    gap: theme.spacing(1),
    fontWeight: theme.typography.fontWeightMedium,
    fontSize: theme.typography.h5.fontSize,
  }),
  links: css({
    display: 'flex',
    flex: 1,
    alignSelf: 'stretch',
    overflowX: 'auto',
    scrollbarWidth: 'none',
  }),
  link: css({
    display: 'flex',
    alignItems: 'center',
    // All links fit if the page is at least 1280 pixels wide.
    padding: '0 clamp(4px, calc((100vw - 1250px) / 20), 9px)',
    // On a phone they do not fit, and a finger needs room.
    '@media (max-width: 720px)': { padding: '0 10px' },
    whiteSpace: 'nowrap',
    fontSize: 'clamp(13px, calc(13px + (100vw - 1280px) / 100), 14px)',
    color: theme.colors.text.secondary,
    borderBottom: '2px solid transparent',
    borderTop: '2px solid transparent',
    '&:hover': { color: theme.colors.text.primary },
    '&:focus-visible': { outline: `2px solid ${theme.colors.primary.main}`, outlineOffset: -2 },
  }),
  current: css({ color: theme.colors.text.primary, borderBottomColor: theme.colors.primary.main }),
});
