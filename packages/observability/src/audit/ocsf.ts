/** The version of the Open Cybersecurity Schema Framework (OCSF) of the events. */
const VERSION = '1.8.0';
/** The category Application Activity, the class API Activity. */
const [CATEGORY, CLASS] = [6, 6003];

const ACTIVITIES = { read: [2, 'Read'], update: [3, 'Update'], other: [99, 'Other'] } as const;
const SEVERITIES = { informational: 1, low: 2 } as const;

/** The members that a record of the audit log may have. */
interface Told {
  readonly seq: number;
  readonly kind: string;
  readonly time: string;
  readonly hash: string;
  readonly method?: string;
  readonly name?: string;
  readonly action?: string;
  readonly id?: string | number;
  readonly principal?: {
    readonly client_id?: string;
    readonly sub?: string;
    readonly iss?: string;
    readonly scopes?: readonly string[];
    readonly act?: string;
  };
  readonly client?: string;
  readonly session?: string;
  readonly address?: string;
  readonly transport?: string;
  readonly arguments?: string;
  readonly arguments_hash?: string;
  readonly outcome?: string;
  readonly error_type?: string;
  readonly status?: number;
  readonly reason?: string;
  readonly duration_ms?: number;
  readonly trace_id?: string;
}

/** Records about the chain itself, which are nobody's activity. */
const EVENTS: ReadonlySet<string> = new Set(['call', 'undelivered', 'refused', 'admin']);
const RESOURCES: Readonly<Record<string, string>> = {
  'tools/call': 'tool',
  'prompts/get': 'prompt',
  'resources/read': 'resource',
};
const READING: ReadonlySet<string | undefined> = new Set(['prompts/get', 'resources/read', 'profile']);

/** @returns a record as an event of the class API Activity; undefined if it describes no activity */
export function ocsfOf(record: Pick<Told, 'seq' | 'kind' | 'time' | 'hash'>): object | undefined {
  const told = record as Told;
  if (!EVENTS.has(told.kind)) return undefined;
  const time = Date.parse(told.time);
  const duration = told.duration_ms === undefined ? undefined : Math.round(told.duration_ms);
  const [activity_id, activity_name] = activityOf(told);
  return present({
    activity_id,
    activity_name,
    category_uid: CATEGORY,
    category_name: 'Application Activity',
    class_uid: CLASS,
    class_name: 'API Activity',
    type_uid: CLASS * 100 + activity_id,
    severity_id: told.kind === 'refused' ? SEVERITIES.low : SEVERITIES.informational,
    time,
    ...(duration !== undefined && { duration, start_time: time - duration, end_time: time }),
    metadata: metadataOf(told),
    actor: actorOf(told),
    api: apiOf(told),
    resources: resourcesOf(told),
    src_endpoint: endpointOf(told),
    ...statusOf(told),
    trace: told.trace_id && { uid: told.trace_id },
    unmapped: unmappedOf(told),
  });
}

function activityOf({ method, action }: Told): readonly [number, string] {
  if (READING.has(method ?? action)) return ACTIVITIES.read;
  return action === undefined ? ACTIVITIES.other : ACTIVITIES.update;
}

function metadataOf({ seq, kind, time, hash, trace_id }: Told): object {
  return present({
    version: VERSION,
    product: { name: '@pmcp/observability', vendor_name: 'PMCP' },
    profiles: trace_id && ['trace'],
    log_name: 'audit',
    event_code: kind,
    uid: hash,
    sequence: seq,
    original_time: time,
  });
}

function actorOf({ kind, principal = {}, client, session }: Told): object {
  const { sub, client_id, iss } = principal;
  const actor = present({
    user: sub && { uid: sub },
    app_uid: client_id,
    app_name: client,
    session: session && present({ uid: session, issuer: iss }),
    idp: iss && { name: iss },
  });
  const isKnown = [sub, client_id, client, session].some((value) => value !== undefined);
  return isKnown ? actor : { ...actor, app_name: kind === 'admin' ? 'operator' : 'unknown' };
}

function apiOf({ method, action, id, error_type }: Told): object {
  return present({
    operation: method ?? action ?? 'unknown',
    request: id !== undefined && { uid: String(id) },
    response: error_type && { error: error_type },
  });
}

function resourcesOf({ method = '', name }: Told): object[] | undefined {
  return name === undefined ? undefined : [present({ name, type: RESOURCES[method] })];
}

function endpointOf({ address, transport }: Told): object {
  return address === undefined ? { name: transport ?? 'unknown' } : { ip: address };
}

/** A call that asks its user, or continues as a task, has neither succeeded nor failed. */
function statusOf({ kind, outcome, status, reason, error_type }: Told): object {
  const [status_id, name] = isGood(kind, outcome)
    ? [1, 'Success']
    : outcome === 'input_required' || outcome === 'task'
      ? [99, 'Other']
      : [2, 'Failure'];
  return present({
    status_id,
    status: name,
    status_code: status === undefined ? error_type : String(status),
    status_detail: reason ?? outcome,
  });
}

function isGood(kind: string, outcome: string | undefined): boolean {
  return kind === 'admin' || (kind === 'call' && outcome === 'ok');
}

/** Values that have no field in the class. */
function unmappedOf(told: Told): object | undefined {
  const { seq, kind, time, hash, method, name, action, id, principal, client, session, address, ...others } =
    told;
  const { outcome, error_type, status, reason, duration_ms, trace_id, ...rest } = others;
  const { scopes, act } = principal ?? {};
  const unmapped = present({ ...rest, scopes, act });
  return Object.keys(unmapped).length > 0 ? unmapped : undefined;
}

/** Removes unknown values. */
function present(members: Record<string, unknown>): object {
  const known = Object.entries(members).filter(
    ([, value]) => value !== undefined && value !== false && value !== '',
  );
  return Object.fromEntries(known);
}
