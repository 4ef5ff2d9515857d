import type { Page } from 'playwright-core';

/** Waits until every panel in sight is drawn. @returns milliseconds since the page was asked for, as it counts them itself */
export async function drawn(page: Page): Promise<number> {
  return (await page.evaluate(DRAWN)) as number;
}

/** A text, as the loader of this file puts helpers into functions that the page does not have. */
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
