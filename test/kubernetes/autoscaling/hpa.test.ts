import { scales } from './scenario.js';

scales({
  folder: 'hpa',
  object: 'hpa/notes',
  worker: 'notes',
  behaves: (behavior) => ({ spec: { behavior } }),
});
