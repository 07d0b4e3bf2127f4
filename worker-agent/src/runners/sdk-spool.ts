import { deliverSpool, UnreachableError } from '@headgate/sdk/client';
import { Unreachable } from '../api/http.js';
import type { Connection } from '../settings/connection.js';

/**
 * What flows could not tell before their process ended, the SDK keeps on disk. One delivery at a time: who asks after a
 * run has ended must not find that run's reports in the hands of another.
 */
export class SdkSpool {
  private last: Promise<unknown> = Promise.resolve();

  constructor(private readonly connection: Connection) {}

  /** Throws Unreachable when nobody answers; nothing is lost then. */
  deliver(): Promise<void> {
    const delivery = this.last.then(() => deliverAll(this.connection));
    this.last = delivery.catch(() => undefined);
    return delivery;
  }
}

async function deliverAll({ apiUrl, apiKey }: Connection): Promise<void> {
  try {
    await deliverSpool({ apiUrl, apiKey });
  } catch (error) {
    throw error instanceof UnreachableError ? new Unreachable(error.message, { cause: error }) : error;
  }
}
