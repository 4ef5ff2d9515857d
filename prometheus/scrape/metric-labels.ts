import { catalog } from '@pmcp/observability/catalog';

const labels = Object.values(catalog).flatMap((metric): readonly string[] => metric.labels);

/**
 * Labels of the metrics themselves. If a target had one of them too, Prometheus would rename the metric's
 * label.
 */
export const METRIC_LABELS: readonly string[] = [...new Set([...labels, 'le', 'quantile'])].sort();
