import { z } from 'zod';

/** What many operations are given or answer. */
export const byId = z.object({ id: z.string() });
export const byIds = z.object({ ids: z.array(z.string()) });
export const named = z.object({ id: z.string(), name: z.string() });
export const nothing = z.void();
