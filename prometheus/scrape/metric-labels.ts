import { catalog } from '@pmcp/observability/catalog';

const labels = Object.values(catalog).flatMap((metric): readonly string[] => metric.labels);

/** Labels that metrics have of their own: a target with one of them would push the metric's aside. */
export const METRIC_LABELS: readonly string[] = [...new Set([...labels, 'le', 'quantile'])].sort();
