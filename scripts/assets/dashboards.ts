/** The code of this repository that the package's commands `assets` and `dashboards publish` use. */
export { derivedFiles } from '../../dashboards/derived.js';
export { publish } from '../../dashboards/publish/publish.js';
export { settings } from '../../dashboards/publish/settings.js';
