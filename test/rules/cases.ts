import type { Case } from './case.js';
import { capacity } from './cases/capacity.js';
import { dataSafety } from './cases/data-safety.js';
import { dependencies } from './cases/dependencies.js';
import { edge } from './cases/edge.js';
import { guarding } from './cases/guarding.js';
import { health } from './cases/health.js';
import { prometheus } from './cases/prometheus.js';
import { refusals } from './cases/refusals.js';
import { resources } from './cases/resources.js';
import { serving } from './cases/serving.js';
import { slos } from './cases/slos.js';
import { subscriptions } from './cases/subscriptions.js';
import { targets } from './cases/targets.js';
import { tools } from './cases/tools.js';
import { unfinished } from './cases/unfinished.js';
import { watchers } from './cases/watchers.js';

/** The cases of all alerts. */
export const cases: readonly Case[] = [
  ...slos,
  ...targets,
  ...tools,
  ...serving,
  ...capacity,
  ...resources,
  ...health,
  ...dependencies,
  ...edge,
  ...refusals,
  ...guarding,
  ...subscriptions,
  ...unfinished,
  ...dataSafety,
  ...watchers,
  ...prometheus,
];
