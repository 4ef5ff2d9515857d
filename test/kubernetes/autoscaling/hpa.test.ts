import { scales } from './scenario.js';

scales({
  component: 'hpa',
  object: 'hpa/notes',
  worker: 'notes',
  foreign: /scaledobject|external\.metrics/,
  behaves: (behavior) => ({ spec: { behavior } }),
});
