import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where to report to. */
export type ClientConfig = {
  /** Root of the workspace API, without a slash at its end. */
  apiUrl: string;
  apiKey: string | null;
};

type Profile = { server: string; api_key: string; account_id?: string; workspace_id?: string };

/** Folder of log-in, spool and cache: `HEADGATE_HOME`, else `~/.headgate`. */
export const homeFolder = (): string => process.env['HEADGATE_HOME'] || join(homedir(), '.headgate');

/**
 * `HEADGATE_API_URL` and `HEADGATE_API_KEY`, else the active profile that `agent login` wrote. Null when there is neither:
 * flows then run without reporting.
 */
export function resolveConfig(env: NodeJS.ProcessEnv = process.env): ClientConfig | null {
  const apiUrl = env['HEADGATE_API_URL']?.replace(/\/+$/, '');
  if (apiUrl) return { apiUrl, apiKey: env['HEADGATE_API_KEY'] || null };
  const profile = activeProfile();
  return profile && { apiUrl: workspaceUrl(profile), apiKey: env['HEADGATE_API_KEY'] || profile.api_key };
}

function workspaceUrl({ server, account_id: account, workspace_id: workspace }: Profile): string {
  const api = `${server.replace(/\/+$/, '')}/api`;
  return account && workspace ? `${api}/accounts/${account}/workspaces/${workspace}` : api;
}

function activeProfile(): Profile | null {
  const path = join(homeFolder(), 'config.json');
  try {
    const { active, profiles } = JSON.parse(readFileSync(path, 'utf8')) as {
      active?: string;
      profiles?: Record<string, Profile>;
    };
    return profiles?.[active ?? 'default'] ?? null;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new Error(`${path} is not a Headgate configuration; delete it and log in again with \`agent login\`.`, {
      cause: error,
    });
  }
}
