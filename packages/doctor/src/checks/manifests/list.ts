import type { Check } from '../../check.js';
import { apiTakesThem } from './accepted.js';
import { alertsReachTheAlertmanager } from './alertmanagers.js';
import { askedPortsAreThere } from './asked-ports.js';
import {
  adapterKnowsTheMetric,
  noAnswerIsNotZero,
  scaledMetricsExist,
  scaledTargetsExist,
} from './autoscaling.js';
import { moreThanOnePod, oneDecidesHowMany, someMustStay } from './availability.js';
import { backupsAreKept, backupsAreWatched, backupsRun } from './backups.js';
import { certificatesFitHosts } from './certificates.js';
import { collectorFitsItsMemory, composeCollectorFitsItsMemory } from './collector-memory.js';
import { collectorTakesIt } from './collectors.js';
import { composeAdminPort, composeGrace, composeRestarts, composeTelemetryIsUnderstood } from './compose.js';
import { prometheusHasAccess } from './compose-access.js';
import { composeCollectorTakesIt } from './compose-collector.js';
import { composeReadsItsConfiguration } from './compose-configuration.js';
import { composeHealthIsTold } from './compose-health.js';
import { composePortsAreFree } from './compose-host-ports.js';
import { composeJobsAreAskedFor } from './compose-job-names.js';
import { composeNamesAreKnown } from './compose-networks.js';
import { composeAdminPortIsReached } from './compose-reach.js';
import { prometheusFindsItsFiles } from './compose-rules.js';
import { composeMountsSecrets } from './compose-secrets.js';
import { composeAlertsAreSent, composeTargetsExist } from './compose-targets.js';
import { composeConfigurationIsUnderstood } from './compose-understood.js';
import { monitorsHaveAccess } from './credentials.js';
import { composeKeepsData, podsKeepData } from './data-volumes.js';
import { budgetsLetPodsGo } from './drains.js';
import { composeDumpsFitTheServer, dumpsFitTheServer } from './dump-versions.js';
import { policiesLetDnsOut } from './egress.js';
import { graceIsLongerThanTheDrain } from './ending.js';
import { composeExportersReachPostgres, exportersReachPostgres } from './exporter-tls.js';
import { gatewaysTakeTheirRoutes } from './gateways.js';
import { composeDashboardsAreShown } from './grafana-dashboards.js';
import { composeSourcesExist } from './grafana-sources.js';
import { composeHealthCommandsAreThere, probeCommandsAreThere } from './health-commands.js';
import { imagesAreNamed } from './images.js';
import { monitorsGiveJobs } from './job-names.js';
import { keysAreThere } from './keys.js';
import { serverIsKnown } from './known.js';
import { kustomizationsAreFollowed } from './kustomizations.js';
import { monitorsReadTheirSecrets } from './monitor-secrets.js';
import { monitorsCanScrape } from './monitors.js';
import { filesAreMounted } from './mounted-files.js';
import { objectsAreTogether } from './namespaces.js';
import { adminPortIsInside, policyIsThere, policyLetsPrometheusIn } from './network.js';
import { prometheusTakesThem } from './operator.js';
import { composeAsksOthersByName, podsAskOthersByName } from './own-loopback.js';
import { failedDumpsAreNoticed } from './piped-dumps.js';
import { portsAgree } from './port-variable.js';
import {
  livenessIsPatient,
  probesAreThere,
  probesHaveTheRightPath,
  probesHaveTheRightPort,
} from './probes.js';
import { manifestsAreReadable } from './readable.js';
import { namesAreFollowed } from './renamed.js';
import { heapFitsTheLimit, resourcesAreSet } from './resources.js';
import { routesLeadToServices } from './routes.js';
import { annotationsFitThePort, somebodyScrapes } from './scraping.js';
import { nobodyIsRoot, nobodyRisesToRoot, secretsAreNoText } from './security.js';
import { monitorsSelectServers } from './selected.js';
import { serviceHasPods } from './services.js';
import { noPodIsChosenByTheSession, noProcessIsChosenByTheSession } from './session-hash.js';
import {
  adminPortIsOpen,
  logsAreQuiet,
  telemetryIsOn,
  telemetryIsUnderstood,
  variablesAreKnown,
} from './variables.js';

/** The checks of manifests. Their codes begin at PMCP-D060. */
export const MANIFESTS: readonly Check[] = [
  manifestsAreReadable,
  serverIsKnown,
  kustomizationsAreFollowed,
  portsAgree,
  monitorsSelectServers,
  prometheusTakesThem,
  filesAreMounted,
  keysAreThere,
  monitorsHaveAccess,
  monitorsReadTheirSecrets,
  composeReadsItsConfiguration,
  composeConfigurationIsUnderstood,
  prometheusFindsItsFiles,
  composeJobsAreAskedFor,
  composeMountsSecrets,
  composeNamesAreKnown,
  composeTargetsExist,
  composeAlertsAreSent,
  composeSourcesExist,
  composeDashboardsAreShown,
  composeHealthCommandsAreThere,
  composeHealthIsTold,
  noProcessIsChosenByTheSession,
  prometheusHasAccess,
  probesAreThere,
  probesHaveTheRightPath,
  probesHaveTheRightPort,
  livenessIsPatient,
  probeCommandsAreThere,
  annotationsFitThePort,
  somebodyScrapes,
  graceIsLongerThanTheDrain,
  resourcesAreSet,
  heapFitsTheLimit,
  imagesAreNamed,
  nobodyIsRoot,
  nobodyRisesToRoot,
  secretsAreNoText,
  moreThanOnePod,
  oneDecidesHowMany,
  someMustStay,
  scaledMetricsExist,
  scaledTargetsExist,
  adapterKnowsTheMetric,
  noAnswerIsNotZero,
  policyIsThere,
  policyLetsPrometheusIn,
  adminPortIsInside,
  serviceHasPods,
  variablesAreKnown,
  adminPortIsOpen,
  logsAreQuiet,
  telemetryIsOn,
  telemetryIsUnderstood,
  backupsRun,
  backupsAreWatched,
  backupsAreKept,
  dumpsFitTheServer,
  composeDumpsFitTheServer,
  failedDumpsAreNoticed,
  exportersReachPostgres,
  composeExportersReachPostgres,
  podsAskOthersByName,
  composeAsksOthersByName,
  podsKeepData,
  composeKeepsData,
  composeRestarts,
  composeGrace,
  composeAdminPort,
  composePortsAreFree,
  composeTelemetryIsUnderstood,
  collectorTakesIt,
  collectorFitsItsMemory,
  composeCollectorTakesIt,
  composeCollectorFitsItsMemory,
  apiTakesThem,
  routesLeadToServices,
  noPodIsChosenByTheSession,
  certificatesFitHosts,
  budgetsLetPodsGo,
  composeAdminPortIsReached,
  objectsAreTogether,
  monitorsCanScrape,
  monitorsGiveJobs,
  alertsReachTheAlertmanager,
  policiesLetDnsOut,
  gatewaysTakeTheirRoutes,
  namesAreFollowed,
  askedPortsAreThere,
];
