/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import type { Page } from 'playwright-core';

/** A curve with its axes takes at least this share of its panel. */
const LEAST_CURVE = 0.66;

/**
 * Returns visible defects of the panels of a page: truncated text, scrolling inside a panel, curves without
 * room, empty boxes.
 */
export async function faultsOf(page: Page): Promise<string[]> {
  return page.evaluate((least) => {
    const faults: string[] = [];
    for (const panel of document.querySelectorAll('[data-panel]')) {
      const title = panel.querySelector('h2')?.textContent ?? '';
      const curve = panel.querySelector('.uplot');
      const words = (panel.textContent ?? '').replace(title, '').trim();
      if (words === '' && !panel.querySelector('canvas')) faults.push(`${title}: is an empty box`);
      const isCell = curve?.closest('[role=row]');
      if (curve && !isCell && curve.clientHeight < panel.clientHeight * least) {
        faults.push(`${title}: the curve has ${curve.clientHeight} of ${panel.clientHeight} pixels`);
      }
      for (const element of panel.querySelectorAll('*')) {
        const { overflowX, overflowY } = getComputedStyle(element);
        const hasText = [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE);
        // Text for screen readers only is one pixel wide.
        const isSeen = element.clientWidth > 1;
        const box = element.getBoundingClientRect();
        const text = document.createRange();
        text.selectNodeContents(element);
        // Text that is aligned to the right is cut on the left, where nothing can scroll.
        const { left, right } = text.getBoundingClientRect();
        const isCut = left < box.left - 1 || right > box.right + 1;
        if (isSeen && hasText && overflowX !== 'visible' && isCut) {
          faults.push(`${title}: ${element.textContent} is cut`);
        }
        const canScroll = /auto|scroll/.test(overflowY) && element.scrollHeight > element.clientHeight + 1;
        if (canScroll && !element.closest('[role=grid]')) faults.push(`${title}: scrolls`);
      }
    }
    return faults;
  }, LEAST_CURVE);
}
