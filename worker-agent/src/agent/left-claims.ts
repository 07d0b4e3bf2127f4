import { setTimeout as sleep } from 'node:timers/promises';
import { endOrphans } from '../processes/orphans.js';
import { ownPlace } from '../processes/watchdog.js';
import { readProcesses } from '../processes/process-table.js';
import type { ClaimsBook, Page } from '../spool/claims-book.js';

/** What was just being started when its owner was killed has no mark yet: a moment later it has. */
const settledMs = 1_000;

/**
 * What agents before us had when they were killed together with their watchdogs: nobody else says that nothing is left of
 * it, and their leases may last for long. `abandon` tells the control plane. While anything is left, the leases are waited for.
 */
export async function giveUpLeftClaims(book: ClaimsBook, abandon: (page: Page) => Promise<void>): Promise<void> {
  const pages = book.leftBy(await readProcesses());
  if (pages.length === 0) return;
  await sleep(settledMs, undefined, { ref: false });
  if ((await endOrphans(ownPlace())).left > 0) return;
  for (const page of pages) {
    if (page.claimIds.length > 0) await abandon(page);
    book.remove(page);
  }
}
