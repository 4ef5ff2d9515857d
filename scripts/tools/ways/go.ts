import { join } from 'node:path';
import type { Way } from '../install.js';
import type { Product } from '../programs.js';
import { withHeartbeat } from '../progress.js';
import { run } from '../run.js';

interface Build {
  readonly commands: readonly string[];
  readonly tags: readonly string[];
  /** The variable that `--version` prints, and what it should hold, where that is not the one that Prometheus' tools share. */
  readonly says?: (version: string) => string;
}

/** What reads the labels of Prometheus from memory as it once kept them, and ends in a panic where it no longer does. */
const LABELS_AS_SLICES = 'slicelabels';

/** The modules beside, in `go/`, pin the sources; their `go.sum` verifies what the module proxy serves. */
const BUILDS: Readonly<Partial<Record<Product, Build>>> = {
  prometheus: {
    commands: [
      'github.com/prometheus/prometheus/cmd/prometheus',
      'github.com/prometheus/prometheus/cmd/promtool',
    ],
    // Discovery from files and static targets is always in; the cloud providers would take most of the build.
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
    commands: ['github.com/VictoriaMetrics/VictoriaMetrics/app/victoria-metrics'],
    tags: ['netgo'],
    says: (version) =>
      `github.com/VictoriaMetrics/VictoriaMetrics/lib/buildinfo.Version=victoria-metrics version ${version}`,
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
};

const MODULES = join(import.meta.dirname, '../go');
const sharedVersion = (version: string) => `github.com/prometheus/common/version.Version=${version}`;

/**
 * Flags and workspaces that the user has set for other projects would break the build, so they are overridden;
 * GOPROXY, GOTOOLCHAIN and the caches are the user's: an older Go fetches a newer one only if it may.
 */
const ENVIRONMENT = { GOFLAGS: '-mod=readonly', GOWORK: 'off', GOOS: '', GOARCH: '', CGO_ENABLED: '0' };

/** A build from the Go module proxy: minutes, but it works where GitHub can't be reached. */
export const goWay: Way = async ({ product, version }, { programs }, progress) => {
  const build = BUILDS[product];
  if (build === undefined) throw new Error(`${product} is not written in Go`);
  const compiler = (await run('go', ['version'])).trim();
  progress(`building ${product} ${version} with ${compiler}; this takes minutes`);
  const args = [
    'build',
    '-trimpath',
    '-buildvcs=false',
    `-ldflags=-s -w -X '${(build.says ?? sharedVersion)(version)}'`,
    `-tags=${build.tags.join(',')}`,
    `-o=${programs}/`,
    ...build.commands,
  ];
  const building = run('go', args, { cwd: join(MODULES, product), env: ENVIRONMENT });
  await withHeartbeat(progress, `still building ${product}`, building);
};
