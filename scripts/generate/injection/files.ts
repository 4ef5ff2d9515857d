import { componentFiles } from './component.js';
import { instrumentationFile } from './instrumentation.js';
import { toolkitPolicy } from './policy.js';
import { proxyComponentFiles } from './proxy-component.js';
import { proxyPolicy } from './proxy-policy.js';
import * as snippet from './snippet.js';
import { yaml } from './yaml.js';

const FOLDER = 'examples/injection';

const { LOADER, FLAG, program, volumes, mounts, initContainer } = snippet;
/** What the templates of the chart need. It sets the variables and annotations of pods itself. */
const ofChart = () =>
  yaml({ annotations: { [LOADER]: program }, flag: FLAG, volumes, mounts, initContainer });

type Files = Readonly<Record<string, () => string>>;

const inFolder = (folder: string, files: Files): Files =>
  Object.fromEntries(Object.entries(files).map(([name, render]) => [`${FOLDER}/${folder}/${name}`, render]));

/** Every way to put the toolkit or the proxy into pods, by path from the root of the repository. */
export const injectionFiles: Files = {
  ...inFolder('component', componentFiles),
  ...inFolder('proxy', proxyComponentFiles),
  [`${FOLDER}/policy/policy.yaml`]: toolkitPolicy,
  [`${FOLDER}/policy/proxy.yaml`]: proxyPolicy,
  [`${FOLDER}/operator/instrumentation.yaml`]: instrumentationFile,
  'charts/pmcp-server/files/injection.yaml': ofChart,
};
