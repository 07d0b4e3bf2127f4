import { createHash, timingSafeEqual } from 'node:crypto';
import type { Config } from '../config/config.js';

const digest = (text: string) => createHash('sha256').update(text).digest();

/** Whether somebody may read the metrics on the port of the product: whoever shows the operator's token. */
export function mayScrape({ metrics: { token } }: Config, authorization: string | undefined): boolean {
  return token !== null && timingSafeEqual(digest(`Bearer ${token}`), digest(authorization ?? ''));
}
