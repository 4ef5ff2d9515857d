/** What the commands `assets` and `dashboards publish` of the package need of this repository. */
export { derivedFiles } from '../../dashboards/derived.js';
export { publish } from '../../dashboards/publish/publish.js';
export { settings } from '../../dashboards/publish/settings.js';
