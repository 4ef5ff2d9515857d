import { parsedImage } from './image-name.js';

type Tool = 'curl' | 'wget';

/** Images that are known to lack programs with which health checks ask. A tag that is not told may be of any kind. */
const LACKING: readonly {
  readonly repository: RegExp;
  readonly tag?: RegExp;
  readonly lacks: readonly Tool[];
}[] = [
  { repository: /(^|\/)distroless\//, lacks: ['curl', 'wget'] },
  { repository: /^(node|python|ruby|debian|oven\/bun)$/, tag: /slim/, lacks: ['curl', 'wget'] },
  { repository: /^(debian|ubuntu)$/, lacks: ['curl', 'wget'] },
  {
    repository: /^(node|python|ruby|golang|oven\/bun|redis|valkey\/valkey|postgres)$/,
    tag: /alpine/,
    lacks: ['curl'],
  },
  {
    repository: /^(redis|valkey\/valkey|postgres)$/,
    tag: /^[\d.]+(-(bookworm|trixie))?$/,
    lacks: ['curl', 'wget'],
  },
  { repository: /^(alpine|busybox)$/, lacks: ['curl'] },
  {
    repository: /^(quay\.io\/prometheus|prom)\/(prometheus|alertmanager|blackbox-exporter|pushgateway)$/,
    lacks: ['curl'],
  },
  { repository: /^otel\/opentelemetry-collector(-contrib|-k8s)?$/, lacks: ['curl', 'wget'] },
];

/** The program that a command runs first, where its image does not have it; undefined where it may. */
export function missingTool(image: string, test: readonly string[]): Tool | undefined {
  const tool = toolOf(test);
  if (tool === undefined || image === '' || image.includes('$')) return undefined;
  const { repository, tag = '' } = parsedImage(image);
  return LACKING.some(
    (one) => one.lacks.includes(tool) && one.repository.test(repository) && (one.tag?.test(tag) ?? true),
  )
    ? tool
    : undefined;
}

/** A script may try another program where the first one is missing. */
function toolOf(test: readonly string[]): Tool | undefined {
  const words = test.join(' ').trim();
  const isScript = /^(\/bin\/)?(ba)?sh\s+-\w*c\s/.test(words);
  const run = isScript ? words.replace(/^\S+\s+-\w*c\s+/, '') : words;
  if (/\|\|(?!\s*(exit|false|kill)\b)/.test(run) || /command -v|apk add|apt-get/.test(run)) return undefined;
  const [, tool] = /^['"]?(?:\/usr\/bin\/)?(curl|wget)\s/.exec(run) ?? [];
  return tool as Tool | undefined;
}
