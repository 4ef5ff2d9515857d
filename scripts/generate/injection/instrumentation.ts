import { IMAGE } from './snippet.js';
import { yaml } from './yaml.js';

/** The operator copies `/autoinstrumentation` of the image, and loads `autoinstrumentation.js` of it. */
const instrumentation = {
  apiVersion: 'opentelemetry.io/v1alpha1',
  kind: 'Instrumentation',
  metadata: { name: 'pmcp' },
  spec: {
    nodejs: {
      image: IMAGE,
      volumeLimitSize: '64Mi',
      resourceRequirements: { requests: { cpu: '10m', memory: '32Mi' }, limits: { memory: '64Mi' } },
    },
  },
};

export const instrumentationFile = () => yaml(instrumentation);
