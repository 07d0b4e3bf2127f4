import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { UserError } from '../user-error.js';

type Env = Record<string, string | undefined>;

/** What the supervisor sets itself where nobody else has. */
const ours = { DATABASE_URL: 'postgresql://', REDIS_URL: 'redis://', HEADGATE_SECRET: 'x'.repeat(32) };

/** Wrong settings are told once, before anything is started: each process of the control plane would tell of them again. */
export async function refuseUnusable(root: string, env: Env): Promise<void> {
  const file = path.join(root, 'services/control-plane/dist/core/config/env.js');
  const { readEnv } = (await import(pathToFileURL(file).href)) as { readEnv(source: Env): unknown };
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  try {
    readEnv({ ...ours, ...given });
  } catch (error) {
    const lines = (error as Error).message.split('\n');
    throw new UserError(lines.slice(0, -1).join('\n'), lines.at(-1)!);
  }
}
