/** Fields that hold any names. Those of all other objects are in a schema. */
const MAPS = ['requests', 'limits'];

/** Writes a value in CEL, with the types of the API server. A part of a pod is `Object.spec` and the path to it. */
export function cel(value: unknown, type: string): string {
  if (Array.isArray(value)) return `[${value.map((one) => cel(one, type)).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const isMap = MAPS.includes(type.slice(type.lastIndexOf('.') + 1));
  const fields = Object.entries(value).map(([name, inner]) =>
    isMap ? `${JSON.stringify(name)}: ${JSON.stringify(inner)}` : `${name}: ${cel(inner, `${type}.${name}`)}`,
  );
  return `${isMap ? '' : type}{${fields.join(', ')}}`;
}
