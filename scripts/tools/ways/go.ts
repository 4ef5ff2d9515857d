import { join } from 'node:path';
import type { Way } from '../install.js';
import type { Product } from '../programs.js';
import { withHeartbeat } from '../progress.js';
import { run } from '../run.js';
import { type Trimming, trimmed, withoutScalers } from './trimmed.js';

interface Build {
  readonly commands: readonly string[];
  readonly tags: readonly string[];
  /**
   * The variable that `--version` prints, with its value.
   * Only needed if it is not the variable of Prometheus' tools.
   */
  readonly says?: (version: string) => string;
  /** The names that the programs get, where their own would say nothing. */
  readonly as?: readonly string[];
  readonly trimming?: Trimming;
}

/**
 * A build tag that keeps Prometheus' labels in memory as slices.
 * Thanos and Cortex read them in that form, and panic with the newer one.
 */
const LABELS_AS_SLICES = 'slicelabels';

/**
 * The modules in `scripts/tools/go` pin the sources. Their `go.sum` verifies what the module proxy serves.
 */
const BUILDS: Readonly<Partial<Record<Product, Build>>> = {
  prometheus: {
    commands: [
      'github.com/prometheus/prometheus/cmd/prometheus',
      'github.com/prometheus/prometheus/cmd/promtool',
    ],
    // Discovery from files and static targets is always built in.
    // The cloud providers would take most of the build time.
    tags: ['netgo', 'remove_all_sd', 'enable_kubernetes_sd', 'enable_moby_sd'],
  },
  alertmanager: {
    commands: [
      'github.com/prometheus/alertmanager/cmd/alertmanager',
      'github.com/prometheus/alertmanager/cmd/amtool',
    ],
    tags: ['netgo'],
  },
  pushgateway: { commands: ['github.com/prometheus/pushgateway'], tags: ['netgo'] },
  victoriametrics: {
    commands: [
      'github.com/VictoriaMetrics/VictoriaMetrics/app/victoria-metrics',
      'github.com/VictoriaMetrics/VictoriaMetrics/app/vmalert',
    ],
    tags: ['netgo'],
    says: (version) =>
      `github.com/VictoriaMetrics/VictoriaMetrics/lib/buildinfo.Version=victoria-metrics version ${version}`,
  },
  victorialogs: {
    commands: ['github.com/VictoriaMetrics/VictoriaLogs/app/victoria-logs'],
    tags: ['netgo'],
    says: (version) =>
      `github.com/VictoriaMetrics/VictoriaMetrics/lib/buildinfo.Version=victoria-logs version ${version}`,
  },
  jaeger: {
    commands: ['github.com/jaegertracing/jaeger/cmd/all-in-one'],
    tags: ['netgo'],
    says: (version) => `github.com/jaegertracing/jaeger/internal/version.latestVersion=v${version}`,
  },
  thanos: { commands: ['github.com/thanos-io/thanos/cmd/thanos'], tags: ['netgo', LABELS_AS_SLICES] },
  cortex: {
    commands: ['github.com/cortexproject/cortex/cmd/cortex'],
    tags: ['netgo', LABELS_AS_SLICES],
    says: (version) => `main.Version=${version}`,
  },
  helm: {
    commands: ['helm.sh/helm/v4/cmd/helm'],
    tags: ['netgo'],
    says: (version) => `helm.sh/helm/v4/internal/version.version=v${version}`,
  },
  kubernetes: {
    commands: [
      'k8s.io/kubernetes/cmd/kube-apiserver',
      'k8s.io/kubernetes/cmd/kube-controller-manager',
      'k8s.io/kubernetes/cmd/kubectl',
    ],
    tags: ['netgo'],
    says: (version) => `k8s.io/component-base/version.gitVersion=v${version}`,
  },
  'prometheus-adapter': {
    commands: ['sigs.k8s.io/prometheus-adapter/cmd/adapter'],
    tags: ['netgo'],
    as: ['prometheus-adapter'],
  },
  keda: {
    commands: ['github.com/kedacore/keda/v2/cmd/operator', 'github.com/kedacore/keda/v2/cmd/adapter'],
    tags: ['netgo'],
    says: (version) => `github.com/kedacore/keda/v2/version.Version=${version}`,
    as: ['keda-operator', 'keda-metrics-apiserver'],
    trimming: { module: 'github.com/kedacore/keda/v2', trim: withoutScalers },
  },
};

const MODULES = join(import.meta.dirname, '../go');
const sharedVersion = (version: string) => `github.com/prometheus/common/version.Version=${version}`;

/**
 * The user's flags and workspaces for other projects would break the build, so they are overridden.
 * GOPROXY, GOTOOLCHAIN and the caches keep the user's values, so an older Go fetches a newer one only if allowed.
 */
const ENVIRONMENT = { GOFLAGS: '-mod=readonly', GOWORK: 'off', GOOS: '', GOARCH: '', CGO_ENABLED: '0' };

/** Builds from sources of the Go module proxy. It takes minutes, but works if GitHub can't be reached. */
export const goWay: Way = async ({ product, version }, { scratch, programs }, progress) => {
  const build = BUILDS[product];
  if (build === undefined) throw new Error(`${product} is not written in Go`);
  const compiler = (await run('go', ['version'])).trim();
  progress(`building ${product} ${version} with ${compiler}; this takes minutes`);
  const folder = join(MODULES, product);
  const from = build.trimming ? [await trimmed(build.trimming, folder, scratch)] : [];
  for (const [commands, place] of placesOf(build, programs)) {
    const args = [
      'build',
      '-trimpath',
      '-buildvcs=false',
      `-ldflags=-s -w -X '${(build.says ?? sharedVersion)(version)}'`,
      `-tags=${build.tags.join(',')}`,
      `-o=${place}`,
      ...from,
      ...commands,
    ];
    const building = run('go', args, { cwd: folder, env: ENVIRONMENT });
    await withHeartbeat(progress, `still building ${product}`, building);
  }
};

/** Returns where each command goes. Only a command that is built alone can get another name. */
function placesOf({ commands, as }: Build, programs: string): (readonly [readonly string[], string])[] {
  if (as === undefined) return [[commands, `${programs}/`]];
  return as.map((name, i) => [[commands[i]!], join(programs, name)]);
}
