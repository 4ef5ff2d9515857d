import type { Check } from '../../check.js';
import { dashboardsAreNotPublic, pagesCanNotEmbedGrafana, strangersCanNotWrite } from './access.js';
import { alertsAreThereOnce } from './alerts.js';
import { grafanaAnswers, grafanaIsNewEnough, grafanaLetsUsRead } from './answers.js';
import {
  dashboardsAreAsShipped,
  dashboardsAreThere,
  dashboardsAskForWhatIsThere,
  dashboardsHaveNoCopies,
  dashboardsShareAFolder,
} from './dashboards.js';
import { panelsHaveDataInGrafana } from './panels.js';
import {
  exemplarsLeadToTraces,
  intervalsAgree,
  linksOfSourcesLeadOn,
  prometheusSourceAnswers,
  prometheusSourceIsThere,
  sourceHasTheServers,
} from './sources.js';

/** The checks in the order in which a panel depends on them: Grafana, its dashboards, their data. */
export const GRAFANA: readonly Check[] = [
  grafanaAnswers,
  grafanaLetsUsRead,
  grafanaIsNewEnough,
  prometheusSourceIsThere,
  prometheusSourceAnswers,
  sourceHasTheServers,
  dashboardsAreThere,
  dashboardsShareAFolder,
  dashboardsAskForWhatIsThere,
  dashboardsAreAsShipped,
  dashboardsHaveNoCopies,
  panelsHaveDataInGrafana,
  intervalsAgree,
  linksOfSourcesLeadOn,
  exemplarsLeadToTraces,
  alertsAreThereOnce,
  strangersCanNotWrite,
  pagesCanNotEmbedGrafana,
  dashboardsAreNotPublic,
];
