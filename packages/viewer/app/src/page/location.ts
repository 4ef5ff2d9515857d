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

/** Returns the address of the page, and renders the component again when it changes. */
export function useAddress(): Address {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => current,
  );
}

/** Goes to another address within the viewer, without reloading the page. */
export function goTo(url: string): void {
  history.pushState(null, '', url);
  changed();
  window.scrollTo(0, 0);
}

/** Replaces the current address, so that the back button does not return to it. */
export function replaceAddress(url: string): void {
  history.replaceState(null, '', url);
  changed();
}

/** Changes parameters of the current address. */
export function setParameters(
  changes: Readonly<Record<string, string | readonly string[] | undefined>>,
): void {
  const parameters = withParameters(current.parameters, changes);
  const url = `${current.path}${parameters.size > 0 ? `?${parameters}` : ''}`;
  if (url === location.pathname + location.search) return;
  history.pushState(null, '', url);
  changed();
}

/** Makes all links within the viewer change the page without reloading it, whichever component draws them. */
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
