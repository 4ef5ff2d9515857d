/**
 * `node --import @pmcp/observability/register server.js` observes every server that the process creates with either SDK, without
 * a change of code. A server that was bundled with its SDK can't be found this way. Its messages are observed where they enter
 * and leave the process.
 */

import { hookServers } from './register/hook.js';
import { serving } from './serving.js';

hookServers(() => serving);
