import { createContext, useContext } from 'react';
import type { Lookup } from '../model/interpolate.js';
import type { TimeSpan } from './time-span.js';
import type { Variables } from './use-variables.js';

/** What all panels of a dashboard share. */
export interface Shared {
  readonly span: TimeSpan;
  readonly variables: Variables;
  /** Looks up variables, also built-in ones such as `__from`. */
  readonly lookup: Lookup;
  readonly marks: readonly Mark[];
  /** Shows the time span that the user dragged over. */
  readonly zoom: (fromMs: number, toMs: number) => void;
}

/** An event that is drawn into every curve. */
export interface Mark {
  readonly atMs: number;
  readonly untilMs: number;
  readonly title: string;
  readonly details: string;
  readonly colour: string;
}

export const SharedContext = createContext<Shared | undefined>(undefined);

export function useShared(): Shared {
  const shared = useContext(SharedContext);
  if (!shared) throw new Error('Expected a dashboard around the panel');
  return shared;
}
