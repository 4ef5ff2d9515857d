import { Registry } from 'prom-client';
import { expect } from 'vitest';
import { expose } from '../../packages/observability/src/metrics/exposition.js';
import { createFamilies, type Families } from '../../packages/observability/src/metrics/families.js';
import type { Format } from '../../packages/observability/src/metrics/foreign.js';
import type { HistogramForm } from '../../packages/observability/src/metrics/histogram-family.js';
import { registerFamilies } from '../../packages/observability/src/metrics/registry.js';
import { decodeFamilies, type Metric, type MetricFamily } from './prometheus-proto.js';

/** A registry with all families of the toolkit, and what a scraper reads of it. */
export class Exposed {
  readonly registry = new Registry();
  readonly families: Families;

  constructor(form?: HistogramForm) {
    this.families = createFamilies(form);
    registerFamilies(Object.values(this.families), this.registry);
  }

  async bytes(format: Format, onFailure?: (name: string) => void): Promise<Buffer> {
    const chunks: Buffer[] = [];
    for await (const chunk of expose(this.registry, format, onFailure)) chunks.push(Buffer.from(chunk));
    return Buffer.concat(chunks);
  }

  /** The families of the protobuf page by their names. */
  async page(onFailure?: (name: string) => void): Promise<Map<string, MetricFamily>> {
    const all = decodeFamilies(await this.bytes('protobuf', onFailure));
    expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
    return new Map(all.map((family) => [family.name, family]));
  }

  async first(name: string): Promise<Metric> {
    return (await this.page()).get(name)!.metric[0]!;
  }
}
