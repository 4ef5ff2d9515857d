import { Observability } from './observability.js';

let instance: Observability | undefined;

/** The toolkit that `observe` and the register hook share: one for the process, configured by env. */
export function defaultObservability(): Observability {
  instance ??= new Observability();
  return instance;
}
