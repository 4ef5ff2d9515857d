/// <reference lib="dom" />
import type { Locator, Page } from 'playwright-core';

/** More steps than any page needs. */
const MOST_STEPS = 150;

/** Presses a key, as a user without a mouse does, until the target has the focus. */
export async function stepTo(page: Page, target: Locator, key = 'Tab'): Promise<void> {
  await target.waitFor({ state: 'attached' });
  for (let step = 0; step < MOST_STEPS; step++) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press(key);
  }
  throw new Error(`Expected ${target} to be reached with ${MOST_STEPS} steps of ${key}`);
}
