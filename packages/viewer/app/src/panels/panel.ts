import type { DataFrame } from '@grafana/data';
import type { FC } from 'react';
import type { TimeSpan } from '../dashboard/time-span.js';
import type { Sample } from '../data/exemplars.js';
import type { Panel } from '../model/dashboard.js';
import type { Lookup } from '../model/interpolate.js';

/** What a panel needs to draw itself. */
export interface Drawn {
  readonly panel: Panel;
  /** The data, with names, units and colours applied. */
  readonly frames: DataFrame[];
  readonly span: TimeSpan;
  readonly lookup: Lookup;
  readonly exemplars: readonly Sample[];
  readonly width: number;
  readonly height: number;
}

export type PanelKind = FC<Drawn>;
