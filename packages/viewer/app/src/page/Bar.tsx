import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import type { ReactNode } from 'react';

interface Props {
  readonly children: ReactNode;
}

/** The controls of a page, which stay visible while the page scrolls. */
export function Bar({ children }: Props) {
  return <div className={useStyles2(getStyles).bar}>{children}</div>;
}

function End({ children }: Props) {
  return <div className={useStyles2(getStyles).end}>{children}</div>;
}
Bar.End = End;

const getStyles = (theme: GrafanaTheme2) => ({
  bar: css({
    position: 'sticky',
    top: 0,
    zIndex: theme.zIndex.navbarFixed,
    display: 'flex',
    flexWrap: 'wrap',
    gap: theme.spacing(1),
    padding: theme.spacing(1, 2),
    background: theme.colors.background.canvas,
  }),
  end: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(1), marginLeft: 'auto' }),
});
