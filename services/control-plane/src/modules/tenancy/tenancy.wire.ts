import type {
  AccountJson,
  AccountSettingsJson,
  ApiKeyJson,
  CreatedApiKeyJson,
  MeJson,
  UserAccountJson,
  UserJson,
  UserWorkspaceJson,
  WorkspaceJson,
} from '@headgate/contracts/rest/tenancy';
import { wireTime } from '../../core/events/events.js';
import type { Account } from './accounts/accounts.queries.js';
import type { ApiKey } from './api-keys/api-keys.queries.js';
import type { User } from './users/users.queries.js';
import type { Workspace } from './workspaces/workspaces.queries.js';

/** Tenancy in the words of the wire. */

export function toMe(user: User, personalAccountId: string | null): MeJson {
  const [first = '', ...rest] = user.name.split(' ');
  return {
    id: user.id,
    handle: user.handle,
    first_name: first,
    last_name: rest.join(' '),
    email: user.email,
    location: null,
    personal_account_id: personalAccountId,
    settings: { default_timezone: null, default_color_palette: null, tutorial_completed: false, feature_previews: [] },
  };
}

export const toUser = (user: User, personalAccountId: string | null): UserJson => ({
  ...toMe(user, personalAccountId),
  actor_id: user.id,
  idp_user_id: user.id,
  title: null,
  image_location: null,
  last_login: null,
  created: wireTime(user.created),
  updated: wireTime(user.updated),
});

export const toApiKey = (apiKey: ApiKey): ApiKeyJson => ({
  id: apiKey.id,
  created: wireTime(apiKey.created),
  name: apiKey.name,
  expiration: apiKey.expiration && wireTime(apiKey.expiration),
  masked_key: apiKey.masked,
  last_used: apiKey.lastUsed && wireTime(apiKey.lastUsed),
});

export const toCreatedApiKey = (apiKey: ApiKey, key: string): CreatedApiKeyJson => ({
  id: apiKey.id,
  created: wireTime(apiKey.created),
  name: apiKey.name,
  expiration: apiKey.expiration && wireTime(apiKey.expiration),
  key,
});

export const toUserWorkspace = (workspace: Workspace): UserWorkspaceJson => ({
  account_id: workspace.accountId,
  account_name: workspace.accountName,
  account_handle: workspace.accountHandle,
  workspace_id: workspace.id,
  workspace_name: workspace.name,
  workspace_description: workspace.description,
  workspace_handle: workspace.handle,
});

/** A membership has no id of its own: the account's stands for it, unique among the caller's. */
export const toUserAccount = (account: Account): UserAccountJson => ({
  account_membership_id: account.id,
  account_id: account.id,
  account_name: account.name,
  account_role_name: account.role,
  account_handle: account.handle,
  account_plan_type: 'PERSONAL',
  account_plan_tier: null,
  account_plan_features: [],
});

export const toWorkspace = (workspace: Workspace): WorkspaceJson => ({
  id: workspace.id,
  created: wireTime(workspace.created),
  updated: wireTime(workspace.updated),
  account_id: workspace.accountId,
  name: workspace.name,
  description: workspace.description,
  handle: workspace.handle,
  default_workspace_role_id: null,
  is_public: false,
});

/** None of what these switch on exists here: all are off, truthfully. */
export const accountSettings: AccountSettingsJson = {
  allow_public_workspaces: false,
  ai_log_summaries: false,
  managed_execution: false,
  enforce_ip_allowlist: false,
  enforce_webhook_authentication: false,
  self_healing_enabled: false,
  enabled_feature_flags: [],
  default_result_storage: null,
};

export const toAccount = (account: Account, runRetentionDays: number): AccountJson => ({
  id: account.id,
  created: wireTime(account.created),
  updated: wireTime(account.updated),
  name: account.name,
  handle: account.handle,
  settings: accountSettings,
  status: 'ACTIVE',
  plan_type: 'PERSONAL',
  plan_tier: null,
  features: [],
  sso_state: 'DISABLED',
  scim_state: 'DISABLED',
  run_retention_days: runRetentionDays,
});
