import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { GlobalStyles, PortalContainer, ThemeContext } from '@grafana/ui';
import { useEffect } from 'react';
import { AlertsPage } from '../alerts/AlertsPage.js';
import { DashboardPage } from '../dashboard/DashboardPage.js';
import { Note } from '../dashboard/Note.js';
import { startAddress } from '../model/address.js';
import { RequestPage } from '../requests/RequestPage.js';
import { RequestsPage } from '../requests/RequestsPage.js';
import { type Contents, ContentsContext, useContents } from './contents.js';
import { replaceAddress, useAddress } from './location.js';
import { useTheme } from './theme.js';
import { ThemeToggle } from './theme-toggle.js';

export function App({ contents }: { readonly contents: Contents | Error }) {
  const { parameters } = useAddress();
  const { theme, toggle } = useTheme(parameters.get('theme'));
  useEffect(() => {
    document.body.style.background = theme.colors.background.canvas;
    document.documentElement.style.colorScheme = theme.colors.mode;
  }, [theme]);
  return (
    <ThemeContext value={theme}>
      <GlobalStyles />
      <PortalContainer />
      <ThemeToggle value={toggle}>
        <div className={page(theme)}>
          {contents instanceof Error ? (
            <Note kind="error">{contents.message}</Note>
          ) : (
            <ContentsContext value={contents}>
              <Page />
            </ContentsContext>
          )}
        </div>
      </ThemeToggle>
    </ThemeContext>
  );
}

const START = 'pmcp-overview';
/** The time to show in a demonstration: it has just started, and something will happen soon. */
const SOON = { from: 'now-10m', refresh: '5s' };

function Page() {
  const { path, parameters } = useAddress();
  const { demo } = useContents();
  const [, kind, name] = path.split('/');
  useEffect(() => {
    if (path === '/') replaceAddress(startAddress(START, parameters, demo ? SOON : {}));
  }, [path, parameters, demo]);
  if (kind === 'alerts') return <AlertsPage />;
  if (kind === 'requests') return name ? <RequestPage traceId={name} /> : <RequestsPage />;
  if (kind === 'd' && name) return <DashboardPage uid={name} />;
  return null;
}

const page = (theme: GrafanaTheme2) =>
  css({
    minHeight: '100vh',
    background: theme.colors.background.canvas,
    '& main': { padding: theme.spacing(0, 2, 2) },
  });
