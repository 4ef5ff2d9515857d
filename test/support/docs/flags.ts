/** The flags of the programs that the pages use: a flag that is not here is misspelt, or new here. Those with `=` take a value. */
const FLAGS: Readonly<Record<string, string>> = {
  amtool: '--alertmanager.url= --duration= --comment=',
  awk: '',
  bun: '--preload=',
  cargo: '',
  cat: '',
  createdb: '',
  curl: '-f -s -S -i -X= -H= -o=',
  cut: '-d= -f= -c=',
  deno: '--allow-all --preload=',
  df: '-h',
  dirname: '',
  'docker build': '--file= --tag=',
  'docker compose': '--file= --build --wait',
  'docker push': '',
  'docker run': '--rm --read-only --cap-drop= --publish=',
  du: '-x -h -d=',
  echo: '',
  envoy: '-c=',
  'go tool': '-top -cum',
  grep: '-i -E -A=',
  haproxy: '-f=',
  head: '-n= -c=',
  'helm history': '--namespace=',
  'helm lint': '--strict --set=',
  'helm package': '--destination=',
  'helm rollback': '--namespace=',
  'helm template': '--namespace= --set=',
  'helm uninstall': '--namespace=',
  'helm upgrade': '--install --namespace= --set= --reuse-values',
  htpasswd: '-n -B -C=',
  jq: '',
  kill: '-USR2',
  'kubectl apply': '--kustomize= -f=',
  'kubectl auth': '--as=',
  'kubectl create': '--from= --from-file= --image=',
  'kubectl debug': '-i -t --image= --profile=',
  'kubectl delete': '--kustomize=',
  'kubectl describe': '',
  'kubectl exec': '',
  'kubectl get': '--raw= --watch --selector= -l= -A -o= --sort-by=',
  'kubectl label': '',
  'kubectl logs': '--previous --tail= --since= --selector= -l= --all-containers',
  'kubectl patch': '--type= --patch=',
  'kubectl port-forward': '',
  'kubectl rollout': '--timeout=',
  ls: '-l -a',
  mkdir: '-p',
  nginx: '-c=',
  'openssl rand': '-hex',
  pg_dump: '--file=',
  pg_restore: '--list --dbname=',
  pidof: '',
  prometheus: '--config.file= --storage.tsdb.retention.time= --web.listen-address=',
  'promtool check': '--syntax-only',
  psql: '-c=',
  'redis-cli': '--bigkeys',
  // With those of examples/host/pmcp-host.sh.
  sh: '-c= --check --print --apply --proxy --connections= --pid=',
  sort: '-n -h',
  tail: '-n= -F',
  timeout: '',
  uniq: '-c',
  wc: '-l',
};

/** Flags that stand before the command, and so may stand with every one. */
const EVERYWHERE: Readonly<Record<string, string>> = { kubectl: '-n= --namespace=' };

/** Programs with commands, which have flags of their own. */
const GROUPS: ReadonlySet<string> = new Set(['docker', 'go', 'helm', 'kubectl', 'openssl', 'promtool']);

export interface Read {
  /** The name of the program, and of its command if it has commands. */
  readonly name: string;
  readonly operands: readonly string[];
  readonly values: Readonly<Record<string, readonly string[]>>;
}

/** @throws Error that names a flag or command which the program does not have */
export function readFlags(program: string, args: readonly string[]): Read {
  const end = args.indexOf('--');
  const rest = end < 0 ? [...args] : args.slice(0, end);
  const { [program]: everywhere = '' } = EVERYWHERE;
  const command = GROUPS.has(program) ? commandOf(rest, everywhere) : undefined;
  const name = command === undefined ? program : `${program} ${command}`;
  const known = FLAGS[name];
  if (known === undefined) throw new Error(`Expected a program that the pages may use, got ${name}`);
  return { name, ...parsed(name, rest, `${known} ${everywhere}`.split(' ')) };
}

/** Returns the first word that is neither a flag nor the value of one. */
function commandOf(args: readonly string[], everywhere: string): string | undefined {
  return args.find((arg, i) => !arg.startsWith('-') && !everywhere.split(' ').includes(`${args[i - 1]}=`));
}

function parsed(name: string, args: string[], known: readonly string[]): Omit<Read, 'name'> {
  const operands: string[] = [];
  const values: Record<string, string[]> = {};
  const rest = [...args];
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    if (!arg.startsWith('-') || arg === '-' || /^-\d+$/.test(arg)) operands.push(arg);
    else
      for (const [flag, inline] of expanded(arg, known)) {
        const value = known.includes(`${flag}=`) ? (inline ?? rest.shift()) : '';
        if (value === undefined) throw new Error(`Expected a value after ${flag} of ${name}`);
        if (value === '' && !known.includes(flag)) throw new Error(`Expected a flag of ${name}, got ${flag}`);
        values[flag] = [...(values[flag] ?? []), value];
      }
  }
  return { operands, values };
}

/** Returns the flags of one argument: `-xhd2` is `-x`, `-h` and `-d` with the value 2. */
function expanded(arg: string, known: readonly string[]): [flag: string, value?: string][] {
  if (arg.startsWith('--')) return [arg.split(/=(.*)/s, 2) as [string, string?]];
  if (known.includes(arg)) return [[arg]];
  const flags: [string, string?][] = [];
  for (let at = 1; at < arg.length; at++) {
    const flag = `-${arg[at]}`;
    const value = arg.slice(at + 1);
    if (known.includes(`${flag}=`)) return [...flags, value === '' ? [flag] : [flag, value]];
    flags.push([flag]);
  }
  return flags;
}
