import { Inject, Injectable } from '@nestjs/common';
import { newId } from '@headgate/contracts';
import type { ApiKeyDraft } from '@headgate/contracts/rest/tenancy';
import type { AccountCtx } from '../../../core/access/ctx.js';
import { AccessChanges } from '../../../core/access/access-changes.js';
import { Config } from '../../../core/config/config.js';
import { AppError, conflict, notFound } from '../../../core/errors/app-error.js';
import { cacheKeyOf } from '../identity/identity.service.js';
import { withinQuota, type Quota, type Tx } from '../limits/quota.js';
import { TenancyDb } from '../prisma.js';
import { digestOf, maskOf, newApiKey } from '../sign-in/secrets.js';
import { countApiKeys, deleteApiKey, findApiKey, insertApiKey, listApiKeys, type ApiKey } from './api-keys.queries.js';

const wrongExpiration = (words: string) =>
  new AppError('invalid', `The expiration ${words}.`, {}, { fields: { expiration: words } });

@Injectable()
export class ApiKeysService {
  constructor(
    @Inject(TenancyDb) private readonly db: TenancyDb,
    @Inject(AccessChanges) private readonly changes: AccessChanges,
    @Inject(Config) private readonly config: Config,
  ) {}

  /** Newest first; only those with this name when one is given. */
  list({ actor }: AccountCtx, name?: string): Promise<ApiKey[]> {
    return this.db.run((prisma) => listApiKeys(prisma, actor.userId, name));
  }

  async get({ actor }: AccountCtx, id: string): Promise<ApiKey> {
    const apiKey = await this.db.run((prisma) => findApiKey(prisma, actor.userId, id));
    if (!apiKey) throw notFound('API key not found');
    return apiKey;
  }

  /**
   * `key` is the secret: this is the only time that it is seen. A key makes keys that end when it ends itself, or before:
   * whoever finds a key that lasts an hour has it for an hour.
   */
  async create(ctx: AccountCtx, { name, expiration }: ApiKeyDraft): Promise<{ apiKey: ApiKey; key: string }> {
    const { actor } = ctx;
    const { userId } = actor;
    if (expiration && Date.parse(expiration) <= Date.now()) throw wrongExpiration('lies in the past');
    const ends = actor.via === 'api-key' ? (await this.get(ctx, actor.apiKeyId)).expiration : null;
    if (ends && expiration && Date.parse(expiration) > ends.getTime())
      throw wrongExpiration(`lies after that of the key that asks for it (${ends.toISOString()})`);
    const key = newApiKey();
    const row = {
      id: newId(),
      userId,
      madeBy: actor.via === 'api-key' ? actor.apiKeyId : null,
      name,
      expiration: expiration ? new Date(expiration) : ends,
      hash: digestOf(key),
      masked: maskOf(key),
    };
    const add = (tx: Tx) => insertApiKey(tx, row);
    return { key, apiKey: await this.db.run((prisma) => withinQuota(prisma, this.quotaOf(userId), add)) };
  }

  private quotaOf(userId: string): Quota {
    const { apiKeys: max } = this.config.limits;
    return {
      of: `api keys of ${userId}`,
      max,
      count: (tx) => countApiKeys(tx, userId),
      refusal: () => conflict(`At most ${max} API keys may be kept. Delete one that is no longer needed.`),
    };
  }

  /** Its descendants go too: who found a key has nothing left when it is revoked. */
  async delete({ actor: { userId } }: AccountCtx, id: string): Promise<void> {
    const hash = await this.db.run((prisma) => deleteApiKey(prisma, userId, id));
    if (!hash) throw notFound('API key not found');
    this.changes.publish({ credentialId: id, rememberedAs: cacheKeyOf('key', hash) });
    // The keys that it made have gone with it.
    this.changes.publish({ userId });
  }
}
