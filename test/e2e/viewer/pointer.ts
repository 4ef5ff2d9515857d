import type { Locator, Page } from 'playwright-core';
import { until } from '../../support/until.js';

type Box = NonNullable<Awaited<ReturnType<Locator['boundingBox']>>>;

/**
 * Returns where an element is, and waits until it is somewhere. The page replaces a curve with every answer, and
 * Playwright finds no box for an element that was replaced while it looked.
 */
export async function boxOf(element: Locator): Promise<Box> {
  let box: Box | null = null;
  await until(async () => {
    box = await element.boundingBox();
    return box !== null;
  }, 30_000);
  if (!box) throw new Error(`Expected ${element} to have a place on the page`);
  return box;
}

/** Moves the pointer to the centre of an element. */
export async function pointAt(page: Page, element: Locator): Promise<void> {
  const { x, y, width, height } = await boxOf(element);
  await page.mouse.move(x + width / 2, y + height / 2);
}
