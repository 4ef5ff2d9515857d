/** What `pmcp-observability dashboards publish` needs of this repository. */
export { publish } from '../../dashboards/publish/publish.js';
export { settings } from '../../dashboards/publish/settings.js';
