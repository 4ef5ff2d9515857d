import type { Finding } from '../../check.js';
import { type Manifest, manifests } from '../../facts/manifests.js';
import {
  fitsLabels,
  isSelected,
  looksInto,
  MONITOR_KINDS,
  namespaceOf,
  namespacesOf,
  type Selected,
  selectorOf,
  wantedBy,
} from '../../facts/monitors.js';
import { isWhole, selectsItsPods, type Workload, workloadsIn } from '../../facts/workloads.js';
import { filesCheck } from './define.js';

export const monitorsSelectServers = filesCheck({
  code: 'PMCP-D401',
  title: 'The monitors of the manifests select their servers.',
  why: 'A monitor that selects nothing is applied, makes no target and says nothing: nobody scrapes the pods. A kustomization that moves a namespace leaves `matchNames` as it is.',
  cure: 'Let `selector` have labels of the Service (ServiceMonitor) or of the pods (PodMonitor), and `namespaceSelector` their namespace; without it a monitor looks into its own.',
  severity: 'fail',
  async run(context) {
    const { all } = await context.get(manifests);
    const monitors = all.filter(({ kind }) => MONITOR_KINDS.includes(kind));
    if (all.some(scrapesOtherwise)) return [];
    const unseen = workloadsIn(all).filter(
      (server) =>
        isWhole(server) &&
        selectsItsPods(server.manifest) &&
        String(server.annotations['prometheus.io/scrape']) !== 'true' &&
        !monitors.some((monitor) => isSelected(monitor, server, all)),
    );
    return monitors
      .filter((monitor) => isFor(monitor, unseen, all))
      .flatMap((monitor): Finding[] => unseen.flatMap((server) => missed(monitor, server, all)).slice(0, 1));
  },
});

/** A configuration of Prometheus among the manifests may find the pods by itself. */
function scrapesOtherwise({ kind, content }: Manifest): boolean {
  return kind === 'ScrapeConfig' || /scrape_configs|additionalScrapeConfigs/.test(JSON.stringify(content));
}

/** One that selects something else was meant for that. */
function isFor(monitor: Manifest, unseen: readonly Workload[], all: readonly Manifest[]): boolean {
  const selectsOthers = all.some((manifest) => {
    const labels = labelsFor(monitor, manifest);
    return labels !== undefined && fitsLabels(monitor, labels, all) && looksInto(monitor, manifest, all);
  });
  return !selectsOthers && unseen.some((server) => isNear(monitor, server, all));
}

function labelsFor(monitor: Manifest, { kind, content }: Manifest): Workload['labels'] | undefined {
  const { metadata, spec } = content as {
    readonly metadata?: { readonly labels?: Workload['labels'] };
    readonly spec?: { readonly template?: { readonly metadata?: { readonly labels?: Workload['labels'] } } };
  };
  if (monitor.kind === 'PodMonitor') return spec?.template?.metadata?.labels;
  return kind === 'Service' ? (metadata?.labels ?? {}) : undefined;
}

/** Keys whose value says which app it is, and those that do where none of the first is there. */
const NAME = /(^|[./-])(app|name)$/i;
const INSTANCE = /(^|[./-])instance$/i;

/** Whether its name, or the app that it selects, says for whom it was meant. */
function isNear(monitor: Manifest, server: Workload, all: readonly Manifest[]): boolean {
  const { matchLabels = {}, matchExpressions = [] } = selectorOf(monitor) ?? {};
  const asked = [
    ...Object.entries(matchLabels),
    ...matchExpressions.flatMap(({ key, values = [] }) => values.map((value) => [key, value] as const)),
  ];
  const wanted = wantedBy(monitor, server, all);
  const own = [server.manifest.name, ...Object.values(server.labels), ...wanted.map(nameOf)];
  const named = asked.filter(([key]) => NAME.test(key));
  const judged = named.length > 0 ? named : asked.filter(([key]) => INSTANCE.test(key));
  return own.includes(monitor.name) || judged.some(([, value]) => own.includes(value));
}

function nameOf({ manifest }: Selected): string {
  return manifest.name;
}

function missed(monitor: Manifest, server: Workload, all: readonly Manifest[]): Finding[] {
  const name = `${monitor.kind} ${monitor.name}`;
  const wanted = wantedBy(monitor, server, all);
  const far = wanted.find(({ labels }) => fitsLabels(monitor, labels, all));
  if (far !== undefined) {
    const { kind, name: other } = far.manifest;
    const found = `${name} looks into namespace ${namespacesOf(monitor)?.join(', ')}, and ${kind} ${other} is in ${namespaceOf(far.manifest)}: nobody scrapes ${server.title}`;
    return [{ found, where: monitor.at(['spec', 'namespaceSelector', 'matchNames']) }];
  }
  return wanted.slice(0, 1).map(({ manifest, labels }) => {
    const which = monitor.kind === 'PodMonitor' ? 'pod' : 'Service';
    const selector = selectorOf(monitor);
    const { matchLabels, matchExpressions } = selector ?? {};
    const told = JSON.stringify(matchExpressions === undefined ? (matchLabels ?? {}) : selector);
    const found = `${name} selects ${told}, which no ${which} has: ${manifest.kind} ${manifest.name} has ${JSON.stringify(labels)}, and nobody scrapes ${server.title}`;
    return { found, where: monitor.at(['spec', 'selector']) };
  });
}
