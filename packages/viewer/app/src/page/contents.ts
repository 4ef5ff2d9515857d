import { createContext, useContext } from 'react';
import { askJson } from '../api/ask.js';

/** What the viewer's server can show. */
export interface Contents {
  readonly dashboards: readonly { readonly uid: string; readonly title: string }[];
  readonly dataSources: { readonly prometheus: readonly DataSource[] };
  /** Whether single requests can be looked up. */
  readonly traces: boolean;
  /** How the demonstration differs from a real server, if this is one. */
  readonly demo?: string;
}

export interface DataSource {
  readonly name: string;
  /** Its scrape interval, which limits how fine curves can be. */
  readonly scrapeIntervalMs: number;
}

export function askContents(): Promise<Contents> {
  return askJson('/contents');
}

export const ContentsContext = createContext<Contents>({
  dashboards: [],
  dataSources: { prometheus: [] },
  traces: false,
});

export function useContents(): Contents {
  return useContext(ContentsContext);
}
