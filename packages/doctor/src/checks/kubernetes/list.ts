import type { Check } from '../../check.js';
import { kindsAreKnown, manifestsAreApplied } from './applied.js';
import { autoscalersGetMetrics, autoscalersHaveRoom, autoscalersWork } from './autoscaling.js';
import { nothingFailedLately } from './events.js';
import { backupsSucceed } from './jobs.js';
import { monitorsAreTaken, monitorsSelectPods } from './monitors.js';
import {
  imagesArePulled,
  memoryIsEnough,
  podsAreConfigured,
  podsAreReady,
  podsAreScheduled,
  podsDoNotCrash,
  podsStayUp,
} from './pods.js';
import { policiesLetPrometheusIn } from './policies.js';
import { apiAnswers, rightsAreEnough, serverIsThere, versionIsSupported } from './reach.js';
import { podsAreCurrent } from './rollouts.js';
import { gatewaysHaveTakenTheRoutes } from './routes.js';
import { secretsAreNotForEverybody } from './secrets.js';
import { certificatesAreReady, drainsArePossible, servicesHaveEndpoints } from './traffic.js';

/** The checks of a cluster. Their codes begin at PMCP-D300. */
export const KUBERNETES: readonly Check[] = [
  apiAnswers,
  rightsAreEnough,
  versionIsSupported,
  serverIsThere,
  podsAreScheduled,
  imagesArePulled,
  podsAreConfigured,
  podsDoNotCrash,
  memoryIsEnough,
  podsStayUp,
  podsAreReady,
  podsAreCurrent,
  servicesHaveEndpoints,
  gatewaysHaveTakenTheRoutes,
  monitorsSelectPods,
  monitorsAreTaken,
  policiesLetPrometheusIn,
  autoscalersGetMetrics,
  autoscalersWork,
  autoscalersHaveRoom,
  drainsArePossible,
  certificatesAreReady,
  nothingFailedLately,
  secretsAreNotForEverybody,
  backupsSucceed,
  kindsAreKnown,
  manifestsAreApplied,
];
