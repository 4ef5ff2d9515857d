import { createObservability } from '@pmcp/observability';

export const { observe, listen } = createObservability();
