export const MIB = 2 ** 20;

const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  Ki: 2 ** 10,
  Mi: MIB,
  Gi: 2 ** 30,
};

/** Converts a Kubernetes quantity into bytes. */
export function bytesOf(quantity: string | number | undefined): number | undefined {
  const [, number, unit = ''] = /^([\d.]+)([kMG]i?|Ki)?$/.exec(String(quantity ?? '')) ?? [];
  return number === undefined ? undefined : Number(number) * (UNITS[unit] ?? 1);
}

/** Converts a size of Compose into bytes: its units are binary, whether they say so or not. */
export function bytesOfCompose(size: string | number | undefined): number | undefined {
  const [, number, unit = ''] = /^([\d.]+)\s*([kmg]?)(i?b)?$/i.exec(String(size ?? '')) ?? [];
  return number === undefined ? undefined : bytesOf(`${number}${unit && `${unit.toUpperCase()}i`}`);
}
