import { createHash } from 'node:crypto';
import type { BlockTypeJson } from '@headgate/contracts/rest/blocks';
import customWebhook from './custom-webhook.json' with { type: 'json' };
import discordWebhook from './discord-webhook.json' with { type: 'json' };
import emailServerCredentials from './email-server-credentials.json' with { type: 'json' };
import localFileSystem from './local-file-system.json' with { type: 'json' };
import mattermostWebhook from './mattermost-webhook.json' with { type: 'json' };
import msTeamsWebhook from './ms-teams-webhook.json' with { type: 'json' };
import opsgenieWebhook from './opsgenie-webhook.json' with { type: 'json' };
import pagerDutyWebhook from './pager-duty-webhook.json' with { type: 'json' };
import remoteFileSystem from './remote-file-system.json' with { type: 'json' };
import secret from './secret.json' with { type: 'json' };
import sendgridEmail from './sendgrid-email.json' with { type: 'json' };
import slackWebhook from './slack-webhook.json' with { type: 'json' };
import smb from './smb.json' with { type: 'json' };
import twilioSms from './twilio-sms.json' with { type: 'json' };
import webhook from './webhook.json' with { type: 'json' };

export type SystemSchema = {
  id: string;
  block_type_id: string;
  checksum: string;
  version: string;
  capabilities: string[];
  fields: Record<string, unknown>;
  created: string;
  updated: string;
};

type SystemTypeFile = Pick<
  BlockTypeJson,
  'slug' | 'name' | 'logo_url' | 'documentation_url' | 'description' | 'code_example'
> & {
  schemas: Pick<SystemSchema, 'checksum' | 'version' | 'capabilities' | 'fields'>[];
};

const files: SystemTypeFile[] = [
  customWebhook,
  discordWebhook,
  emailServerCredentials,
  localFileSystem,
  mattermostWebhook,
  msTeamsWebhook,
  opsgenieWebhook,
  pagerDutyWebhook,
  remoteFileSystem,
  secret,
  sendgridEmail,
  slackWebhook,
  smb,
  twilioSms,
  webhook,
];

/** Before anything that a workspace makes itself. */
const since = '2025-01-01T00:00:00.000000Z';
const namespace = Buffer.from('5ea1b10c6d61573b9a3c9a6f2c1d4e70', 'hex');

/** The same id everywhere and for ever: a UUID of version 5. */
function idOf(name: string): string {
  const bytes = createHash('sha1').update(namespace).update(name).digest().subarray(0, 16);
  bytes[6] = (bytes[6]! & 0x0f) | 0x50;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

const typeIdOf = (slug: string): string => idOf(`block type ${slug}`);

export const systemTypes: BlockTypeJson[] = files.map(({ schemas: _, ...type }) => ({
  id: typeIdOf(type.slug),
  created: since,
  updated: since,
  ...type,
  is_protected: true,
}));

export const systemSchemas: SystemSchema[] = files.flatMap(({ slug, schemas }) =>
  schemas.map((schema) => ({
    id: idOf(`block schema ${schema.checksum} ${schema.version}`),
    created: since,
    updated: since,
    block_type_id: typeIdOf(slug),
    ...schema,
  })),
);
