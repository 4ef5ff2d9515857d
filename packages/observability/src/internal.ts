/** For the other packages of this repository only. It may change with every version. */
export type { DoctorSettings } from './cli/doctor.js';
export { say, UsageError } from './cli/errors.js';
export { main } from './cli/main.js';
export { publisher, shippedDashboards } from './cli/publisher.js';
export { labelPairs } from './metrics/format.js';
export { pushText } from './proxy/job/gateway.js';
export { redactText } from './redact/text.js';
export { didYouMean } from './suggest.js';
export { misspelt } from './variables.js';
