import type { Check } from '../../check.js';
import { alertsKeepSeverity } from './alert-labels.js';
import { alertsAreSent } from './alerts-sent.js';
import { prometheusAnswers, queriesAreAnswered } from './answers.js';
import {
  backupsAreRecent,
  backupsAreRestored,
  backupsHoldSomething,
  backupsSucceed,
  jobsKnowTheTime,
} from './backups.js';
import { clocksOfServersAreRight, prometheusClockIsRight } from './clocks.js';
import { alertmanagerIsConfigured, configurationIsLoaded, externalLabelsAreThere } from './configuration.js';
import { aJobKeepsTargets, seriesHaveOneSource } from './discovery.js';
import { callsSucceed, noOtherAlertFires, toolsAreQuick } from './firing.js';
import { pushesKeepLabels, serversKeepLabels } from './honored-labels.js';
import { jobsAreAskedFor } from './job-names.js';
import { nativeHistogramsAreScraped, retentionCoversWindows } from './keeping.js';
import { allIsKept } from './kept.js';
import { LEAKS } from './leaks.js';
import { linksAreReal, linksLeadOn } from './links.js';
import { nothingOverflows, samplesAreTaken } from './losses.js';
import { exportersReachTheirs, neighboursAreScraped, versionsAreTheSame } from './neighbours.js';
import { targetsAreOneProcess } from './one-process.js';
import { itsOwnWorkSucceeds } from './own-failures.js';
import { panelsHaveData } from './panels.js';
import { probesFitServers } from './probes.js';
import { remoteStoresTakeSamples } from './remote-stores.js';
import { rulesAreAsShipped, rulesAreOfThisVersion } from './rules-current.js';
import { rulesAreLoaded } from './rules-loaded.js';
import { groupsEndInTime, rulesAskForKnownMetrics, rulesRecord } from './rules-run.js';
import { rulesAreLoadedOnce } from './rules-twice.js';
import { sampleArrives } from './sample.js';
import { serversAreScrapedOnce } from './scraped-once.js';
import {
  intervalsFitRules,
  pagesAreWithinLimits,
  pagesOfServersAreOurs,
  scrapesEndInTime,
  targetsAreUp,
} from './scraping.js';
import { storesKeepWhatTheyGet } from './stores.js';
import { hasTarget } from './target.js';
import { targetIsUp } from './target-up.js';
import { watchdogFires } from './watchdog.js';

/** The checks in the order in which a sample goes from a metrics page to an alert. */
export const PROMETHEUS: readonly Check[] = [
  prometheusAnswers,
  queriesAreAnswered,
  configurationIsLoaded,
  aJobKeepsTargets,
  serversKeepLabels,
  hasTarget,
  targetIsUp,
  targetsAreUp,
  pagesAreWithinLimits,
  pagesOfServersAreOurs,
  scrapesEndInTime,
  seriesHaveOneSource,
  serversAreScrapedOnce,
  targetsAreOneProcess,
  samplesAreTaken,
  itsOwnWorkSucceeds,
  remoteStoresTakeSamples,
  prometheusClockIsRight,
  clocksOfServersAreRight,
  sampleArrives,
  allIsKept,
  nothingOverflows,
  versionsAreTheSame,
  rulesAreLoaded,
  jobsAreAskedFor,
  rulesAreLoadedOnce,
  rulesAreOfThisVersion,
  rulesAreAsShipped,
  rulesAskForKnownMetrics,
  groupsEndInTime,
  intervalsFitRules,
  rulesRecord,
  retentionCoversWindows,
  nativeHistogramsAreScraped,
  panelsHaveData,
  neighboursAreScraped,
  exportersReachTheirs,
  storesKeepWhatTheyGet,
  probesFitServers,
  externalLabelsAreThere,
  alertmanagerIsConfigured,
  alertsKeepSeverity,
  alertsAreSent,
  watchdogFires,
  linksAreReal,
  linksLeadOn,
  ...LEAKS,
  backupsAreRecent,
  backupsHoldSomething,
  backupsSucceed,
  backupsAreRestored,
  jobsKnowTheTime,
  pushesKeepLabels,
  toolsAreQuick,
  callsSucceed,
  noOtherAlertFires,
];
