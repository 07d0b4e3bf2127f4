import { z } from 'zod';
import { count, entity, flag, id, orNull, text, texts, time } from './shared.js';

const me = {
  id,
  handle: text,
  first_name: text,
  last_name: text,
  email: text,
  location: orNull(text),
  personal_account_id: orNull(id),
  settings: z.strictObject({
    default_timezone: orNull(text),
    default_color_palette: orNull(text),
    tutorial_completed: flag,
    feature_previews: texts,
  }),
};
export const meAnswer = z.strictObject(me).meta({ id: 'Me' });
export const userAnswer = z
  .strictObject({
    ...me,
    actor_id: id,
    idp_user_id: text,
    title: orNull(text),
    image_location: orNull(text),
    last_login: orNull(time),
    created: time,
    updated: time,
  })
  .meta({ id: 'User' });

const apiKey = { id, created: time, name: text, expiration: orNull(time) };
export const apiKeyAnswer = z
  .strictObject({ ...apiKey, masked_key: text, last_used: orNull(time) })
  .meta({ id: 'ApiKey' });
export const apiKeysAnswer = z.array(apiKeyAnswer);
export const createdApiKeyAnswer = z.strictObject({ ...apiKey, key: text }).meta({ id: 'CreatedApiKey' });

export const userWorkspacesAnswer = z.array(
  z.strictObject({
    account_id: id,
    account_name: text,
    account_handle: text,
    workspace_id: id,
    workspace_name: text,
    workspace_description: text,
    workspace_handle: text,
  }),
);
export const userAccountsAnswer = z.array(
  z.strictObject({
    account_membership_id: id,
    account_id: id,
    account_name: text,
    account_role_name: text,
    account_handle: text,
    account_plan_type: text,
    account_plan_tier: orNull(text),
    account_plan_features: texts,
  }),
);

export const workspaceAnswer = z
  .strictObject({
    ...entity,
    account_id: id,
    name: text,
    description: text,
    handle: text,
    default_workspace_role_id: orNull(id),
    is_public: flag,
  })
  .meta({ id: 'Workspace' });
export const workspacesAnswer = z.array(workspaceAnswer);

export const accountSettingsAnswer = z
  .strictObject({
    allow_public_workspaces: flag,
    ai_log_summaries: flag,
    managed_execution: flag,
    enforce_ip_allowlist: flag,
    enforce_webhook_authentication: flag,
    self_healing_enabled: flag,
    enabled_feature_flags: texts,
    default_result_storage: z.null(),
  })
  .meta({ id: 'AccountSettings' });
export const accountAnswer = z
  .strictObject({
    ...entity,
    name: text,
    handle: text,
    settings: accountSettingsAnswer,
    status: z.literal('ACTIVE'),
    plan_type: z.enum(['PERSONAL', 'ORGANIZATION']),
    plan_tier: z.null(),
    features: texts,
    sso_state: z.literal('DISABLED'),
    scim_state: z.literal('DISABLED'),
    run_retention_days: count,
  })
  .meta({ id: 'Account' });
