import type { Page } from 'playwright-core';

/** Waits until every panel in the viewport is drawn. @returns milliseconds since the page was requested, by its own clock */
export async function drawn(page: Page): Promise<number> {
  return (await page.evaluate(DRAWN)) as number;
}

/** A string, because the loader of this file adds helpers to functions, and the page does not have these helpers. */
const DRAWN = `(async () => {
  const inSight = (panel) => {
    const { top, bottom } = panel.getBoundingClientRect();
    return bottom > 0 && top < innerHeight;
  };
  const isOpen = (panel) => /^(NotStarted|Loading)$/.test(panel.dataset.state);
  for (;;) {
    await new Promise(requestAnimationFrame);
    const panels = [...document.querySelectorAll('[data-panel]')].filter(inSight);
    if (panels.length > 0 && !panels.some(isOpen)) return performance.now();
  }
})()`;
