import { PROBED } from '../../prometheus/deployments.js';
import { probe, relabelingsOfServer } from '../../prometheus/operator/objects.js';
import { toYaml } from '../../prometheus/yaml.js';

const FOLDER = 'examples/kubernetes';

const labels = { 'app.kubernetes.io/name': 'notes' };
const metadata = { name: 'notes', labels };

/** For one server: it finds the pods by their labels, and not by annotations. */
const podMonitor = {
  apiVersion: 'monitoring.coreos.com/v1',
  kind: 'PodMonitor',
  metadata,
  spec: {
    selector: { matchLabels: labels },
    podMetricsEndpoints: [{ port: 'metrics', path: '/metrics', relabelings: relabelingsOfServer() }],
  },
};

/** The objects of Kustomize components that the Prometheus Operator reads, by path from the root of the repository. */
export const componentFiles: Readonly<Record<string, () => string>> = {
  [`${FOLDER}/pod-monitor/pod-monitor.yaml`]: () => toYaml(podMonitor),
  [`${FOLDER}/certificate-probe/probe.yaml`]: () =>
    toYaml(probe(metadata, { ...PROBED, targets: ['notes.example.com:443'] })),
};
