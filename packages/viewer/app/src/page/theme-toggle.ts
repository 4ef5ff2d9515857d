import { createContext } from 'react';

/** Changes between light and dark. */
export const ThemeToggle = createContext<() => void>(() => {});
