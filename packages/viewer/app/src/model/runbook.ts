import type { Labels } from './legend.js';

/** Names, addresses and paths, without any character that is special in HTML, Markdown or a shell. */
const PLAIN = /^\/?\w[\w.-]*(?:[:/][\w.-]+)*$/;

/**
 * Replaces the placeholders of a runbook, such as `$JOB`, with labels of the alert. Labels come from servers,
 * and users copy the result into a shell, so a placeholder stays if its label is not plain. The Markdown is
 * already HTML here, so that no label becomes a link.
 */
export function withLabels(html: string, labels: Labels): string {
  return html.replace(/\$([A-Z]+)\b/g, (open, name: string) => {
    const label = name.toLowerCase();
    const value = Object.hasOwn(labels, label) ? labels[label] : undefined;
    return value !== undefined && PLAIN.test(value) ? value : open;
  });
}
