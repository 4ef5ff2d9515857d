import { createHash } from 'node:crypto';

type Json = Readonly<Record<string, unknown>>;

/** Fields that Grafana sets itself. */
const OWN = ['id', 'uid', 'version'];
/** Fields for the place of a panel, which do not change what it shows. */
const PLACE = ['id', 'gridPos'];

/** Returns a hash that is equal for a shipped dashboard and its copy in Grafana, in any order of keys. */
export function signOfDashboard(spec: Json): string {
  return signOf(without(spec, OWN));
}

/** Returns the signs of all panels by title, including those in rows. */
export function signsOfPanels(spec: Json): ReadonlyMap<string, string> {
  return new Map(panelsOf(spec).map((panel) => [String(panel.title), signOf(without(panel, PLACE))]));
}

function panelsOf({ panels }: Json): readonly Json[] {
  if (!Array.isArray(panels)) return [];
  return (panels as readonly Json[]).flatMap((panel) => (panel.type === 'row' ? panelsOf(panel) : [panel]));
}

/** Returns all PromQL queries of a dashboard of either schema. */
export function queriesOf(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === 'expr' && typeof inner === 'string' ? [inner] : queriesOf(inner),
  );
}

function without(object: Json, keys: readonly string[]): Json {
  return Object.fromEntries(Object.entries(object).filter(([key]) => !keys.includes(key)));
}

function signOf(value: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify(sorted(value)))
    .digest('hex')
    .slice(0, 8);
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}
