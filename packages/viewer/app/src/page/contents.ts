import { createContext, useContext } from 'react';
import { askJson } from '../api/ask.js';

/** What the viewer's server has to show. */
export interface Contents {
  readonly dashboards: readonly { readonly uid: string; readonly title: string }[];
  readonly dataSources: { readonly prometheus: readonly DataSource[] };
  /** Whether single requests can be looked up. */
  readonly traces: boolean;
  /** What a demonstration says of itself. */
  readonly demo?: string;
}

export interface DataSource {
  readonly name: string;
  /** How often it scrapes, which decides how fine curves can be. */
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
