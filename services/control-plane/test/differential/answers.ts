import { withIds } from './bodies.js';
import type { Post, Seeded } from './seed.js';

/** A server with the seeded world in it. */
export type Server = { post: Post; ids: Seeded };

const uncounted = new Set(['logs', 'work_queues']);

/** What a row is called, in any server. */
const nameOf = (path: string, row: Record<string, string>) =>
  path === 'logs' ? row['message'] : path.startsWith('artifacts') ? row['description'] : row['name'];

/** The names that a server lists for a body, and how many it counts. */
export async function answerOf({ post, ids }: Server, path: string, payload: Record<string, unknown>) {
  const rows = (await post(`/${path}/filter`, withIds(payload, ids))) as Record<string, string>[];
  const { sort: _, ...filters } = payload;
  const count = uncounted.has(path) ? rows.length : await post(`/${path}/count`, withIds(filters, ids));
  return { names: rows.map((row) => nameOf(path, row)), count };
}
