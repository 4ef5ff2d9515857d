import { recorded } from '../alerts/slo/recording.js';
import { type Expression, select, type TargetLabel } from '../prometheus/promql.js';
import { recordedFor } from './query.js';

/** The share of the error budget that is left, by SLO and server. */
export function budgetRemaining(): Expression<'slo' | 'name' | TargetLabel> {
  return select(recorded.budgetRemaining('30d'), { where: recordedFor() });
}
