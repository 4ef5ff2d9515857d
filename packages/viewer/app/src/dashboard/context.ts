import { createContext, useContext } from 'react';
import type { Lookup } from '../model/interpolate.js';
import type { TimeSpan } from './time-span.js';
import type { Variables } from './use-variables.js';

/** What every panel of a dashboard shares. */
export interface Shared {
  readonly span: TimeSpan;
  readonly variables: Variables;
  /** Variables, and what the address holds. */
  readonly lookup: Lookup;
  readonly marks: readonly Mark[];
  /** Shows another span, as whoever dragged over a curve wants. */
  readonly zoom: (fromMs: number, toMs: number) => void;
}

/** Something that happened, drawn into every curve. */
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
