import { cx } from '@emotion/css';
import { Icon, useStyles2, useTheme2 } from '@grafana/ui';
import { useContext, useEffect, useRef } from 'react';
import { DemoBar } from '../demo/DemoBar.js';
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
  /** The title of a page that is no dashboard. */
  readonly title?: string;
}

/** Links to all pages. A link keeps the time and the chosen values that the other page has too. */
export function Navigation({ dashboard, lookup = () => undefined, title: own }: Props) {
  const styles = useStyles2(getStyles);
  const theme = useTheme2();
  const { path, parameters } = useAddress();
  const { dashboards, traces, demo } = useContents();
  const toggle = useContext(ThemeToggle);
  const uid = path.startsWith('/d/') ? path.slice('/d/'.length) : undefined;
  const links = useRef<HTMLElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each page has its own link
  useEffect(() => {
    const current = links.current?.querySelector('[aria-current=page]');
    current?.scrollIntoView({ inline: 'center', block: 'nearest' });
  }, [path]);
  useEffect(() => {
    document.title = dashboard?.title ?? (own ? `PMCP / ${own}` : 'PMCP');
  }, [dashboard, own]);
  return (
    <>
      <header className={styles.header}>
        <a className={styles.brand} href="/">
          <Icon name="monitor" size="lg" />
          PMCP
        </a>
        <nav ref={links} className={styles.links} aria-label="Pages">
          <Tab path="/alerts" name="Alerts" />
          {traces && <Tab path="/requests" name="Requests" />}
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
        <button
          type="button"
          className={styles.toggle}
          aria-label={theme.isDark ? 'Light theme' : 'Dark theme'}
          title={theme.isDark ? 'Light' : 'Dark'}
          onClick={toggle}
        >
          {theme.isDark ? '☀' : '☾'}
        </button>
      </header>
      {demo && <DemoBar says={demo} />}
    </>
  );
}

/** Returns the address of a dashboard. The shown dashboard's link to it decides which parameters stay. */
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

/** The link to a page that is no dashboard. */
function Tab({ path, name }: { readonly path: string; readonly name: string }) {
  const styles = useStyles2(getStyles);
  const { path: current, parameters } = useAddress();
  const theme = parameters.get('theme');
  return (
    <a
      className={cx(styles.link, path === current && styles.current)}
      aria-current={path === current ? 'page' : undefined}
      href={theme === null ? path : `${path}?theme=${theme}`}
    >
      {name}
    </a>
  );
}
