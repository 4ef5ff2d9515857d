import type { Check } from '../../check.js';
import { callIsCounted } from './call-counted.js';
import { metricsPageIsThere } from './metrics-page.js';
import { pageIsOurs } from './own-page.js';
import { reachable } from './reachable.js';
import { speaksMcp } from './speaks-mcp.js';

/** Codes from PMCP-D001. */
export const SERVER: readonly Check[] = [reachable, speaksMcp, metricsPageIsThere, pageIsOurs, callIsCounted];
