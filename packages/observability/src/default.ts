import { Observability } from './observability.js';

let instance: Observability | undefined;

/** The toolkit of `observe` and the register hook: one for each process, configured by the environment. */
export function defaultObservability(): Observability {
  instance ??= new Observability();
  return instance;
}
