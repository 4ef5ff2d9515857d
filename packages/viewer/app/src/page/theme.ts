import { createTheme, type GrafanaTheme2 } from '@grafana/data';
import { useMemo, useState, useSyncExternalStore } from 'react';

type Mode = 'dark' | 'light';

const KEY = 'pmcp-viewer-theme';
const preference = window.matchMedia('(prefers-color-scheme: light)');

function stored(): Mode | undefined {
  const value = localStorage.getItem(KEY);
  return value === 'dark' || value === 'light' ? value : undefined;
}

/** Returns the theme that the address asks for, or else the user's choice, or else the system's. */
export function useTheme(asked: string | null): {
  readonly theme: GrafanaTheme2;
  readonly toggle: () => void;
} {
  const system = useSyncExternalStore<Mode>(
    (listener) => {
      preference.addEventListener('change', listener);
      return () => preference.removeEventListener('change', listener);
    },
    () => (preference.matches ? 'light' : 'dark'),
  );
  const [chosen, choose] = useState(stored);
  const mode = asked === 'light' || asked === 'dark' ? asked : (chosen ?? system);
  const theme = useMemo(() => createTheme({ colors: { mode } }), [mode]);
  const toggle = () => {
    const next = mode === 'dark' ? 'light' : 'dark';
    localStorage.setItem(KEY, next);
    choose(next);
  };
  return { theme, toggle };
}
