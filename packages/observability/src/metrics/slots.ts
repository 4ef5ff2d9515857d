interface Node {
  slot: number;
  children: Map<string, Node> | undefined;
}

/** Numbers the series of a metric by their label values. Numbers of removed series are reused. */
export class Slots<Values extends readonly string[]> {
  /** The label values of each slot. A removed series keeps them until its slot is reused. */
  readonly series: Values[] = [];
  private readonly free = new Set<number>();
  private readonly root: Node = { slot: -1, children: undefined };

  /** @returns the slot of a set of label values, or -1 if there is none */
  find(values: Values): number {
    let node: Node | undefined = this.root;
    for (const value of values) {
      node = node.children?.get(value);
      if (node === undefined) return -1;
    }
    return node.slot;
  }

  /** Assigns a slot to a new set of label values. */
  add(values: Values): number {
    const [used] = this.free;
    const slot = used ?? this.series.length;
    this.free.delete(slot);
    this.series[slot] = values;
    let node = this.root;
    for (const value of values) {
      node.children ??= new Map();
      const child: Node = node.children.get(value) ?? { slot: -1, children: undefined };
      node.children.set(value, child);
      node = child;
    }
    node.slot = slot;
    return slot;
  }

  /** Whether a slot has a series that was not removed. */
  has(slot: number): boolean {
    return slot < this.series.length && !this.free.has(slot);
  }

  /** Removes every series with this value of a label. */
  *remove(label: number, value: string): Generator<number> {
    for (const [slot, values] of this.series.entries()) {
      if (values[label] !== value || this.free.has(slot)) continue;
      this.forget(values, 0, this.root);
      this.free.add(slot);
      yield slot;
    }
  }

  clear(): void {
    this.series.length = 0;
    this.free.clear();
    this.root.children = undefined;
    this.root.slot = -1;
  }

  /** Removes the path to a series from the tree, except the part that other series use. */
  private forget(values: Values, depth: number, node: Node): void {
    const value = values[depth];
    const child = value === undefined ? undefined : node.children?.get(value);
    if (value === undefined || child === undefined) {
      node.slot = -1;
      return;
    }
    this.forget(values, depth + 1, child);
    if (child.slot === -1 && !child.children?.size) node.children?.delete(value);
  }
}
