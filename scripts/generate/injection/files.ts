import { componentFiles } from './component.js';
import { instrumentationFile } from './instrumentation.js';
import { policyFile } from './policy.js';
import * as snippet from './snippet.js';
import { yaml } from './yaml.js';

const FOLDER = 'examples/injection';

const { LOADER, FLAG, program, volumes, mounts, initContainer } = snippet;
/** What the templates of the chart need. It sets the variables and annotations of pods itself. */
const ofChart = () =>
  yaml({ annotations: { [LOADER]: program }, flag: FLAG, volumes, mounts, initContainer });

/** Every way to put the toolkit into pods, by path from the root of the repository. */
export const injectionFiles: Readonly<Record<string, () => string>> = {
  ...Object.fromEntries(
    Object.entries(componentFiles).map(([name, render]) => [`${FOLDER}/component/${name}`, render]),
  ),
  [`${FOLDER}/policy/policy.yaml`]: policyFile,
  [`${FOLDER}/operator/instrumentation.yaml`]: instrumentationFile,
  'charts/pmcp-server/files/injection.yaml': ofChart,
};
