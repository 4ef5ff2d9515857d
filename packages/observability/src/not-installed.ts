import { withCode } from './codes/tell.js';

/** An optional package is missing. */
export class NotInstalled extends Error {}

/** @param purpose what needs the package */
export function notInstalled(name: string, cause: unknown, purpose = ''): NotInstalled {
  const message = `expected the package ${name} beside @pmcp/observability${purpose}, and it could not be loaded; npm install ${name}`;
  return withCode('PMCP_E_NOT_INSTALLED', new NotInstalled(message, { cause }));
}
