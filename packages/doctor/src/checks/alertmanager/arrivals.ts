import type { ValueOf } from '../../facts/alert-matchers.js';
import { type Ending, endingsOf } from '../../facts/alert-routes.js';
import { type AlertmanagerConfig, destinationsOf } from '../../facts/alertmanager.js';

/** Finds the leaves that an alert reaches, or may reach, and whose receiver has a destination. */
export function arrivals(config: AlertmanagerConfig, alert: ValueOf): Ending[] {
  return endingsOf(config.route, alert).filter(
    ({ receiver }) => destinationsOf(config.receivers.find(({ name }) => name === receiver)).length > 0,
  );
}
