import { endpointSeries, unfinishedSeries } from '../prometheus/endpoint.js';
import {
  gaugesOf,
  growing,
  type Past,
  recordedOf,
  recordedOfTools,
  type Shape,
} from '../prometheus/history.js';
import { toolSeries } from '../prometheus/synthetic.js';
import type { Series } from './remote-write.js';

interface Written {
  /** The series that every server exposes. */
  readonly scraped: readonly Series[];
  /** The series that rules record from them. */
  readonly recorded: readonly Series[];
}

export function seriesOf({ servers, tools }: Shape): Written {
  const scraped: Past[] = [];
  const recorded: Past[] = [];
  for (let server = 0; server < servers; server++) {
    const job = `namespace="ns-${server}",job="pmcp"`;
    const instance = `${job},instance="server-${server}"`;
    const own = [...endpointSeries, ...unfinishedSeries];
    for (let tool = 0; tool < tools; tool++) own.push(...toolSeries(`tool_${tool}`));
    recorded.push(...recordedOf(job, instance), ...recordedOfTools(job, instance, tools));
    scraped.push(...gaugesOf(instance), ...growing(instance, own));
  }
  return { scraped: scraped.map(toSeries), recorded: recorded.map(toSeries) };
}

/** Seconds between scrapes. A minute is common, and needs half the samples of 30 s. */
const STEP = 60;

function toSeries({ name, labels, value }: Past): Series {
  const pairs = [...labels.matchAll(/(\w+)="([^"]*)"/g)].map(([, label = '', text = '']) => [label, text]);
  return { labels: { __name__: name, ...Object.fromEntries(pairs) }, step: STEP, value };
}
