import { activeProfile, type Profile } from './config-file.js';

/** How to reach one workspace. */
export type Connection = {
  /** Address of the workspace API, without a slash at its end. */
  apiUrl: string;
  /** Address of the control plane, without `/api`. */
  server: string;
  apiKey: string;
  /** `account/workspace` where it is known. */
  workspace: string | null;
  /** Where this was found, for messages. */
  from: 'environment' | 'profile';
};

const scopedUrl = /\/api\/accounts\/[^/]+\/workspaces\/[^/]+$/;

/** `HEADGATE_API_URL` and `HEADGATE_API_KEY` win over the profile that `agent login` wrote. Null when there is neither. */
export function findConnection(env: NodeJS.ProcessEnv = process.env): Connection | null {
  const apiUrl = env['HEADGATE_API_URL']?.replace(/\/+$/, '');
  if (apiUrl)
    return {
      apiUrl,
      server: serverOf(apiUrl),
      apiKey: env['HEADGATE_API_KEY'] ?? '',
      workspace: null,
      from: 'environment',
    };
  const profile = activeProfile();
  return profile && connectionOf(profile);
}

function connectionOf(profile: Profile): Connection {
  const server = profile.server.replace(/\/+$/, '');
  const apiUrl = workspaceUrl(server, profile.account_id, profile.workspace_id);
  return { apiUrl, server, apiKey: profile.api_key, workspace: profile.workspace, from: 'profile' };
}

const workspaceUrl = (server: string, accountId: string, workspaceId: string): string =>
  `${server}/api/accounts/${accountId}/workspaces/${workspaceId}`;

/** Whether the address names its workspace, or leaves it to the key. */
export const namesWorkspace = (apiUrl: string): boolean => scopedUrl.test(apiUrl);

export const serverOf = (apiUrl: string): string => apiUrl.replace(scopedUrl, '').replace(/\/api$/, '');
