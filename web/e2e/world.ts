import { afterAll, afterEach, beforeAll, describe } from 'vitest';
import type { Page } from 'playwright-core';
import { chromiumPath } from './chromium';
import { seed, type Seeded } from './seed';
import { Stage } from './stage';

/** What the parts share: starting a system is dear. Both are there once the first test begins. */
export let stage: Stage;
export let seeded: Seeded;

beforeAll(async () => {
  stage = await Stage.open();
  seeded = await seed(stage);
});
afterEach(({ task }) => {
  if (task.result?.state === 'fail') console.log(stage.system.log().slice(-3_000));
});
afterAll(async () => {
  await stage?.close();
});

/** Tests of pages; without a browser there are none. */
export const pages = describe.skipIf(!chromiumPath);

export const content = (page: Page) => page.locator('#content');
export const quiet = (page: Page) => page.waitForLoadState('networkidle');
