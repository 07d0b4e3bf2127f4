import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';

const profile = z.object({
  /** Address of the control plane, without `/api`. */
  server: z.url(),
  api_key: z.string().min(1),
  account_id: z.string(),
  workspace_id: z.string(),
  /** `account-handle/workspace-handle`, for people. */
  workspace: z.string(),
});
export type Profile = z.infer<typeof profile>;

const config = z.object({ active: z.string().default('default'), profiles: z.record(z.string(), profile).default({}) });
type Config = z.infer<typeof config>;

/** Where the agent keeps its log-in and its spool: `HEADGATE_HOME`, else `~/.headgate`. */
export const homeFolder = (): string => process.env['HEADGATE_HOME'] || join(homedir(), '.headgate');

export const configPath = (): string => join(homeFolder(), 'config.json');

/** An absent file is an empty configuration. Throws an Error that names the file when it cannot be understood. */
function readConfig(): Config {
  const text = readIfThere(configPath());
  if (text === null) return { active: 'default', profiles: {} };
  try {
    return config.parse(JSON.parse(text));
  } catch {
    throw new Error(`${configPath()} is not a Headgate configuration; delete it and log in again.`);
  }
}

/** Only the owner may read what is written: it holds the API key. */
function writeConfig(value: Config): void {
  mkdirSync(homeFolder(), { recursive: true, mode: 0o700 });
  const draft = `${configPath()}.${process.pid}`;
  writeFileSync(draft, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 });
  renameSync(draft, configPath());
}

export function activeProfile(): Profile | null {
  const { active, profiles } = readConfig();
  return profiles[active] ?? null;
}

export function saveActiveProfile(value: Profile): void {
  const { active, profiles } = readConfig();
  writeConfig({ active, profiles: { ...profiles, [active]: value } });
}

/** Answers whether there was one. */
export function removeActiveProfile(): boolean {
  const { active, profiles } = readConfig();
  const { [active]: gone, ...rest } = profiles;
  if (gone) writeConfig({ active, profiles: rest });
  return gone !== undefined;
}

function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
