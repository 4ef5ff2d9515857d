/** The programs that the project needs from outside npm, as data: from which version on, and how to get them. */

export type ToolName = 'prometheus' | 'promtool' | 'alertmanager' | 'amtool' | 'redis-server' | 'postgres';

/** How a bundle can be had, described by what each way needs to know. */
export type Way =
  | { readonly kind: 'release'; readonly release: Release }
  | { readonly kind: 'unpack-deb'; readonly deb: string }
  | { readonly kind: 'apt-install'; readonly packages: readonly string[] }
  | { readonly kind: 'go-build'; readonly version: string; readonly packages: readonly string[] };

/** Programs that come together. */
export interface Bundle {
  readonly name: string;
  readonly tools: readonly ToolName[];
  /** Older ones are passed over. */
  readonly minVersion: string;
  /** The quickest way first. */
  readonly ways: readonly Way[];
  /** What to do when no way works. */
  readonly byHand: string;
}

/** An official release, with the SHA-256 of its archive for each platform, as Node names them. */
export interface Release {
  readonly project: 'prometheus' | 'alertmanager';
  readonly version: string;
  readonly sha256: Readonly<Record<string, string>>;
}

const PROMETHEUS: Release = {
  project: 'prometheus',
  version: '3.15.0',
  sha256: {
    'linux-x64': '2a542df32eac02ee17b9d844fb2aa1de00dafa5476579ba8a3ba862e9d572ea0',
    'linux-arm64': 'f1f90ec08e849d494ca66c611470afc50192f0355f1a61c33f2cbde02d067823',
    'darwin-x64': '2d79e744c2d7e505db936fbc898e05abc74fcb6e437c25befd26e9c9f00aa58b',
    'darwin-arm64': '920df4d17e78b3b0175af144eb318b0c74d1cf7b1d1251b326966f0e81977260',
  },
};

const ALERTMANAGER: Release = {
  project: 'alertmanager',
  version: '0.34.0',
  sha256: {
    'linux-x64': '19c75a11d8c03dc4ade7abdbddfb3a8f28c9e7b000d0849cda0cd71dffd74a03',
    'linux-arm64': 'a96ef16598ddc58e84d28167b3352b30e3205698d76c56ef467e4504d7664da4',
    'darwin-x64': '2c76c6bb30f030296cbfbf803bfd99494987197fcb8743f73ef5f351d568ce97',
    'darwin-arm64': '0cb31efe439c58ab77594b62a28f9de95f2d08beccf0f11eba4b822b2f549b82',
  },
};

export const BUNDLES: readonly Bundle[] = [
  {
    name: 'prometheus',
    tools: ['prometheus', 'promtool'],
    minVersion: '2.42',
    ways: [
      { kind: 'release', release: PROMETHEUS },
      { kind: 'unpack-deb', deb: 'prometheus' },
      {
        kind: 'go-build',
        version: '3.16.0',
        packages: ['prometheus', 'promtool'].map((tool) => `github.com/prometheus/prometheus/cmd/${tool}`),
      },
    ],
    byHand:
      'install Prometheus 3 from https://prometheus.io/download and put prometheus and promtool on the PATH',
  },
  {
    name: 'alertmanager',
    tools: ['alertmanager', 'amtool'],
    minVersion: '0.25',
    ways: [
      { kind: 'release', release: ALERTMANAGER },
      { kind: 'unpack-deb', deb: 'prometheus-alertmanager' },
    ],
    byHand:
      'install Alertmanager from https://prometheus.io/download and put alertmanager and amtool on the PATH',
  },
  {
    name: 'redis',
    tools: ['redis-server'],
    minVersion: '6.0',
    ways: [{ kind: 'apt-install', packages: ['redis-server'] }],
    byHand: 'install Redis and put redis-server on the PATH',
  },
  {
    name: 'postgresql',
    tools: ['postgres'],
    minVersion: '13',
    ways: [{ kind: 'apt-install', packages: ['postgresql'] }],
    byHand: 'install PostgreSQL and put postgres and initdb on the PATH',
  },
];

export function bundleOf(tool: ToolName): Bundle {
  const bundle = BUNDLES.find(({ tools }) => tools.includes(tool));
  if (!bundle)
    throw new TypeError(
      `Expected a tool of ${BUNDLES.flatMap(({ tools }) => tools).join(', ')}, got ${tool}`,
    );
  return bundle;
}
