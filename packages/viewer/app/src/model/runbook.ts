import type { Labels } from './legend.js';

/** Names, addresses and paths: what neither HTML, Markdown nor a shell reads as more than that. */
const PLAIN = /^\/?\w[\w.-]*(?:[:/][\w.-]+)*$/;

/**
 * Fills in the names that a runbook leaves open: it writes `$JOB` where the job stands. They come from servers, and what is filled in
 * is copied into a shell: what is not plain stays open. It is done when the Markdown is read, so that no name becomes a link.
 */
export function withLabels(html: string, labels: Labels): string {
  return html.replace(/\$([A-Z]+)\b/g, (open, name: string) => {
    const label = name.toLowerCase();
    const value = Object.hasOwn(labels, label) ? labels[label] : undefined;
    return value !== undefined && PLAIN.test(value) ? value : open;
  });
}
