import { cx } from '@emotion/css';
import { Icon, IconButton, useStyles2, useTheme2 } from '@grafana/ui';
import { useContext, useEffect } from 'react';
import { variableParameters } from '../model/address.js';
import type { Dashboard, DashboardLink } from '../model/dashboard.js';
import { interpolate, type Lookup } from '../model/interpolate.js';
import { useContents } from '../page/contents.js';
import { useAddress } from '../page/location.js';
import { ThemeToggle } from '../page/theme-toggle.js';
import { getStyles } from './navigation-styles.js';

interface Props {
  readonly dashboard?: Dashboard;
  readonly lookup?: Lookup;
}

/** All pages, each a step away, with the time and the choices that hold there too. */
export function Navigation({ dashboard, lookup = () => undefined }: Props) {
  const styles = useStyles2(getStyles);
  const theme = useTheme2();
  const { path, parameters } = useAddress();
  const { dashboards } = useContents();
  const toggle = useContext(ThemeToggle);
  const uid = path.startsWith('/d/') ? path.slice('/d/'.length) : undefined;
  useEffect(() => {
    document.title = dashboard?.title ?? 'PMCP';
  }, [dashboard]);
  return (
    <header className={styles.header}>
      <a className={styles.brand} href="/">
        <Icon name="monitor" size="lg" />
        PMCP
      </a>
      <nav className={styles.links} aria-label="Dashboards">
        {dashboards.map(({ uid: other, title }) => (
          <a
            key={other}
            className={cx(styles.link, other === uid && styles.current)}
            aria-current={other === uid ? 'page' : undefined}
            href={addressOf(other, dashboard, lookup, parameters)}
          >
            {title.replace(/^PMCP \/ /, '')}
          </a>
        ))}
      </nav>
      <IconButton
        name={'adjust-circle'}
        size="lg"
        tooltip={theme.isDark ? 'Light' : 'Dark'}
        aria-label={theme.isDark ? 'Light theme' : 'Dark theme'}
        onClick={toggle}
      />
    </header>
  );
}

/** As the shown dashboard links to the other, which knows what the two have in common. */
function addressOf(
  uid: string,
  dashboard: Dashboard | undefined,
  lookup: Lookup,
  parameters: URLSearchParams,
): string {
  const link = dashboard?.links.find(({ url }) => new RegExp(`^/d/${uid}(\\?|$)`).test(url));
  const next = new URLSearchParams(link ? addressParameters(link, lookup) : '');
  if (link?.includeVars) {
    for (const [name, value] of variableParameters(parameters)) if (!next.has(name)) next.append(name, value);
  }
  for (const name of ['from', 'to', 'refresh', 'theme']) {
    const value = parameters.get(name);
    if (value !== null && (uid === dashboard?.uid || link?.keepTime !== false)) next.set(name, value);
  }
  return `/d/${uid}${next.size > 0 ? `?${next}` : ''}`;
}

function addressParameters({ url }: DashboardLink, lookup: Lookup): string {
  return interpolate(url, lookup, 'percentencode').split('?')[1] ?? '';
}
