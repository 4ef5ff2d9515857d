import type { Check } from '../../check.js';
import {
  clientsWantTheToken,
  metricsAreInside,
  metricsWantTheToken,
  pagesAreRefused,
  tokensAreSecret,
} from './access.js';
import { clientsLearnWhereToSignIn } from './authorization.js';
import { callIsCounted } from './call-counted.js';
import { certificateIsValid, certificateStays } from './certificate.js';
import { clockIsRight } from './clock.js';
import { pagesGetNoSession, pagesSeeTheirSession } from './cross-origin.js';
import { eventLoopIsFree } from './event-loop.js';
import { probesAreAnswered, readinessAgrees, serverIsReady } from './health.js';
import { connectionsAreLeft, descriptorsAreLeft, pageIsSmall } from './limits.js';
import { metricsPageIsThere } from './metrics-page.js';
import { pageIsOurs } from './own-page.js';
import { onePage } from './processes.js';
import { quietStreamsStay } from './quiet-streams.js';
import { reachable } from './reachable.js';
import { longRequestsAreTaken } from './request-size.js';
import { speaksMcp } from './speaks-mcp.js';
import { streamsFlow } from './streams.js';
import { answersAreWhole } from './whole-answers.js';

/** The checks of a server. Their codes begin at PMCP-D001. */
export const SERVER: readonly Check[] = [
  reachable,
  certificateIsValid,
  certificateStays,
  speaksMcp,
  streamsFlow,
  answersAreWhole,
  quietStreamsStay,
  longRequestsAreTaken,
  metricsPageIsThere,
  pageIsOurs,
  onePage,
  callIsCounted,
  probesAreAnswered,
  serverIsReady,
  readinessAgrees,
  descriptorsAreLeft,
  connectionsAreLeft,
  eventLoopIsFree,
  pageIsSmall,
  clockIsRight,
  tokensAreSecret,
  metricsAreInside,
  metricsWantTheToken,
  clientsWantTheToken,
  pagesAreRefused,
  pagesGetNoSession,
  pagesSeeTheirSession,
  clientsLearnWhereToSignIn,
];
