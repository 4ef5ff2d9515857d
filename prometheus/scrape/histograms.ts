import type { Options } from './options.js';

/** Returns whether each histogram is stored as one series. */
export function areNative({ histograms = 'classic' }: Options): boolean {
  return histograms !== 'classic';
}

/**
 * Returns the global settings for histograms. They apply to every target, since queries cannot handle a
 * different form for each target.
 */
export function scrapedHistograms(options: Options): object {
  if (!areNative(options)) return {};
  return {
    convert_classic_histograms_to_nhcb: true,
    ...(options.histograms === 'native' && { scrape_native_histograms: true }),
    ...(options.keepClassicHistograms && { always_scrape_classic_histograms: true }),
  };
}
