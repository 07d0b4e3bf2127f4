import { z } from 'zod';
import { handlePattern } from '../handles.js';
import { absent, dateTime, limit, offset, uuid } from './common.js';

/** Who uses Headgate and where: users, their keys, accounts and workspaces. */

export const passwordLengthMin = 10;

const trimmed = (max: number) =>
  z.string().trim().min(1, 'must not be empty').max(max, `must have at most ${max} characters`);
const password = z
  .string()
  .min(passwordLengthMin, `must have at least ${passwordLengthMin} characters`)
  .max(1_000, 'must have at most 1000 characters');

/** E-mail addresses are compared without regard to case. */
const email = z
  .string()
  .trim()
  .max(254, 'is too long')
  .transform((text) => text.toLowerCase())
  .pipe(z.email('is not an e-mail address'));

export const signUpBody = z.strictObject({ email, password, name: trimmed(200), workspaceName: absent(trimmed(100)) });
export type SignUp = z.infer<typeof signUpBody>;

/** Looser than sign-up: what cannot be anybody's password is simply wrong. */
export const signInBody = z.strictObject({
  email: z
    .string()
    .max(1_000)
    .transform((text) => text.trim().toLowerCase()),
  password: z.string().max(1_000),
});
export type SignIn = z.infer<typeof signInBody>;

export const apiKeyCreateBody = z.strictObject({ name: trimmed(200), expiration: absent(dateTime) });
export type ApiKeyDraft = z.infer<typeof apiKeyCreateBody>;

export const apiKeysQuery = z.object({ name: z.string().optional() });

/** A handle is one segment of an address. */
export const handle = z
  .string()
  .min(1)
  .max(60)
  .regex(handlePattern, 'may hold lower-case letters, digits and single dashes');
const description = z.string().max(1_000, 'must have at most 1000 characters');

export const workspaceCreateBody = z.strictObject({
  name: trimmed(100),
  handle: absent(handle),
  description: absent(description),
});
export type WorkspaceDraft = z.infer<typeof workspaceCreateBody>;

export const workspaceUpdateBody = z.strictObject({
  name: trimmed(100).optional(),
  handle: handle.optional(),
  /** Null clears it. */
  description: description.nullable().optional(),
});
export type WorkspaceChange = z.infer<typeof workspaceUpdateBody>;

const anyOf = <T extends z.ZodType>(item: T) => absent(z.strictObject({ any_: absent(z.array(item)) }));

export const workspacesFilterBody = z.object({
  workspaces: absent(
    z.strictObject({ operator: absent(z.enum(['and_', 'or_'])), id: anyOf(uuid), handle: anyOf(z.string()) }),
  ),
  limit,
  offset,
});
export type WorkspacesFilter = z.infer<typeof workspacesFilterBody>;

type UserSettingsJson = {
  default_timezone: string | null;
  default_color_palette: string | null;
  tutorial_completed: boolean;
  feature_previews: string[];
};

export type MeJson = {
  id: string;
  handle: string;
  first_name: string;
  last_name: string;
  email: string;
  location: string | null;
  personal_account_id: string | null;
  settings: UserSettingsJson;
};

export type UserJson = MeJson & {
  actor_id: string;
  idp_user_id: string;
  title: string | null;
  image_location: string | null;
  last_login: string | null;
  created: string;
  updated: string;
};

export type ApiKeyJson = {
  id: string;
  created: string;
  name: string;
  expiration: string | null;
  masked_key: string;
  last_used: string | null;
};

/** The only answer that holds the key itself. */
export type CreatedApiKeyJson = { id: string; created: string; name: string; expiration: string | null; key: string };

/** One row per workspace that the caller may enter; what `prefect cloud login` lists. */
export type UserWorkspaceJson = {
  account_id: string;
  account_name: string;
  account_handle: string;
  workspace_id: string;
  workspace_name: string;
  workspace_description: string;
  workspace_handle: string;
};

export type UserAccountJson = {
  account_membership_id: string;
  account_id: string;
  account_name: string;
  account_role_name: string;
  account_handle: string;
  account_plan_type: string;
  account_plan_tier: string | null;
  account_plan_features: string[];
};

export type WorkspaceJson = {
  id: string;
  created: string;
  updated: string;
  account_id: string;
  name: string;
  description: string;
  handle: string;
  default_workspace_role_id: string | null;
  is_public: boolean;
};

export type AccountSettingsJson = {
  allow_public_workspaces: boolean;
  ai_log_summaries: boolean;
  managed_execution: boolean;
  enforce_ip_allowlist: boolean;
  enforce_webhook_authentication: boolean;
  self_healing_enabled: boolean;
  enabled_feature_flags: string[];
  default_result_storage: null;
};

export type AccountJson = {
  id: string;
  created: string;
  updated: string;
  name: string;
  handle: string;
  settings: AccountSettingsJson;
  status: 'ACTIVE';
  plan_type: 'PERSONAL' | 'ORGANIZATION';
  plan_tier: null;
  features: string[];
  sso_state: 'DISABLED';
  scim_state: 'DISABLED';
  run_retention_days: number;
};
