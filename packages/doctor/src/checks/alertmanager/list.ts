import type { Check } from '../../check.js';
import { alertmanagerAnswers } from './answers.js';
import { criticalAlertsAreToldSoon } from './delays.js';
import { criticalAlertsAreToldAtAllHours } from './hours.js';
import { inhibitionHidesNothing, inhibitionStaysNear } from './inhibitions.js';
import { alertmanagersAreTogether, prometheusSendsHere } from './known.js';
import { notificationsArrive } from './notifications.js';
import { criticalAlertsArrive, receiversAreReal } from './routes.js';
import { silencesAreNarrow, silencesEnd } from './silences.js';
import { templatesAreLoaded } from './templates.js';
import { testAlertIsSent, testAlertIsTaken } from './test-alert.js';
import { watchdogHasAReceiver } from './watchdog.js';

/** The checks in the order in which an alert goes from Prometheus to a person. */
export const ALERTMANAGER: readonly Check[] = [
  alertmanagerAnswers,
  prometheusSendsHere,
  alertmanagersAreTogether,
  criticalAlertsArrive,
  receiversAreReal,
  templatesAreLoaded,
  watchdogHasAReceiver,
  inhibitionHidesNothing,
  inhibitionStaysNear,
  criticalAlertsAreToldAtAllHours,
  criticalAlertsAreToldSoon,
  silencesAreNarrow,
  silencesEnd,
  notificationsArrive,
  testAlertIsTaken,
  testAlertIsSent,
];
