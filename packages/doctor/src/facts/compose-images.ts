import type { ComposeService } from './compose.js';
import { withDefaults } from './compose-variables.js';

/** The image that a service starts as it is; empty where it builds its own. */
export function readyImage({ spec: { image = '', build } }: ComposeService): string {
  return build === undefined ? withDefaults(image) : '';
}
