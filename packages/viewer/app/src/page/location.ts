import { useSyncExternalStore } from 'react';
import { type Address, withParameters } from '../model/address.js';

const listeners = new Set<() => void>();
let current = read();

function read(): Address {
  return { path: location.pathname, parameters: new URLSearchParams(location.search) };
}

function changed(): void {
  current = read();
  for (const listener of listeners) listener();
}

window.addEventListener('popstate', changed);

/** Where the page is; it draws itself anew when that changes. */
export function useAddress(): Address {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => current,
  );
}

/** Goes somewhere else within the viewer, without loading the page again. */
export function goTo(url: string): void {
  history.pushState(null, '', url);
  changed();
  window.scrollTo(0, 0);
}

/** Goes on to where the page really is: who goes back does not come here again. */
export function replaceAddress(url: string): void {
  history.replaceState(null, '', url);
  changed();
}

/** Changes parameters of where the page is. */
export function setParameters(
  changes: Readonly<Record<string, string | readonly string[] | undefined>>,
): void {
  const parameters = withParameters(current.parameters, changes);
  const url = `${current.path}${parameters.size > 0 ? `?${parameters}` : ''}`;
  if (url === location.pathname + location.search) return;
  history.pushState(null, '', url);
  changed();
}

/** Links within the viewer change the page instead of loading it again, wherever a component draws them. */
export function followLinks(): void {
  document.addEventListener('click', (event) => {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey)
      return;
    const link = event.target instanceof Element ? event.target.closest('a') : null;
    if (!link || link.target === '_blank' || link.origin !== location.origin || !link.hasAttribute('href'))
      return;
    if (link.pathname === location.pathname && link.hash) return;
    event.preventDefault();
    goTo(link.pathname + link.search);
  });
}
