import type { Options } from './options.js';

/** Whether histograms are one series each. */
export function areNative({ histograms = 'classic' }: Options): boolean {
  return histograms !== 'classic';
}

/** What the whole of Prometheus is told of histograms. All of them become native, or queries could not tell how to read them. */
export function scrapedHistograms(options: Options): object {
  if (!areNative(options)) return {};
  return {
    convert_classic_histograms_to_nhcb: true,
    ...(options.histograms === 'native' && { scrape_native_histograms: true }),
    ...(options.keepClassicHistograms && { always_scrape_classic_histograms: true }),
  };
}
