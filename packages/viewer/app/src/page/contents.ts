import { createContext, useContext } from 'react';
import { askJson } from '../api/ask.js';

/** What the viewer's server has to show. */
export interface Contents {
  readonly dashboards: readonly { readonly uid: string; readonly title: string }[];
  readonly dataSources: { readonly prometheus: readonly DataSource[] };
}

export interface DataSource {
  readonly name: string;
  /** How often it scrapes, which decides how fine curves can be. */
  readonly scrapeIntervalMs: number;
}

export function askContents(): Promise<Contents> {
  return askJson('/contents');
}

export const ContentsContext = createContext<Contents>({ dashboards: [], dataSources: { prometheus: [] } });

export function useContents(): Contents {
  return useContext(ContentsContext);
}
