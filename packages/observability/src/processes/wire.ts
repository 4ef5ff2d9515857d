import type { FamilySnapshot, ProcessSnapshot } from './snapshot.js';

/** A metric whose series the other side already knows. */
interface Known extends Omit<FamilySnapshot, 'metric' | 'series'> {
  readonly name: string;
}

/** A snapshot as it is sent. The series of a metric are sent once, and again when they change. */
export interface WireSnapshot extends Omit<ProcessSnapshot, 'families'> {
  readonly families: readonly (FamilySnapshot | Known)[];
}

/** Removes what the other side of a connection already knows. */
export class Writer {
  private readonly told = new Map<string, number>();

  write(snapshot: ProcessSnapshot): WireSnapshot {
    return { ...snapshot, families: snapshot.families.map((family) => this.short(family)) };
  }

  private short(family: FamilySnapshot): FamilySnapshot | Known {
    const { metric, series: _, ...numbers } = family;
    const { name } = metric;
    if (this.told.get(name) === family.generation) return { name, ...numbers };
    this.told.set(name, family.generation);
    return family;
  }
}

/** Adds what the other side of a connection left out. */
export class Reader {
  private readonly known = new Map<string, FamilySnapshot>();

  read(snapshot: WireSnapshot): ProcessSnapshot {
    return { ...snapshot, families: snapshot.families.flatMap((family) => this.full(family) ?? []) };
  }

  private full(family: FamilySnapshot | Known): FamilySnapshot | undefined {
    if ('metric' in family) {
      this.known.set(family.metric.name, family);
      return family;
    }
    const { name, ...numbers } = family;
    const before = this.known.get(name);
    return before && { metric: before.metric, series: before.series, ...numbers };
  }
}
