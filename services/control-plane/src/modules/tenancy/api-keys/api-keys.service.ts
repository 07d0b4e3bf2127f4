import { Inject, Injectable } from '@nestjs/common';
import { newId } from '@headgate/contracts';
import type { ApiKeyDraft } from '@headgate/contracts/rest/tenancy';
import { AccessChanges } from '../../../core/access/access-changes.js';
import { Config } from '../../../core/config/config.js';
import { AppError, conflict, notFound } from '../../../core/errors/app-error.js';
import { cacheKeyOf } from '../identity/identity.service.js';
import { TenancyDb } from '../prisma.js';
import { digestOf, maskOf, newApiKey } from '../sign-in/secrets.js';
import { countApiKeys, deleteApiKey, findApiKey, insertApiKey, listApiKeys, type ApiKey } from './api-keys.queries.js';

@Injectable()
export class ApiKeysService {
  constructor(
    @Inject(TenancyDb) private readonly db: TenancyDb,
    @Inject(AccessChanges) private readonly changes: AccessChanges,
    @Inject(Config) private readonly config: Config,
  ) {}

  /** Newest first; only those with this name when one is given. */
  list(userId: string, name?: string): Promise<ApiKey[]> {
    return this.db.run((prisma) => listApiKeys(prisma, userId, name));
  }

  async get(userId: string, id: string): Promise<ApiKey> {
    const apiKey = await this.db.run((prisma) => findApiKey(prisma, userId, id));
    if (!apiKey) throw notFound('API key not found');
    return apiKey;
  }

  /** `key` is the secret: this is the only time that it is seen. */
  async create(userId: string, { name, expiration }: ApiKeyDraft): Promise<{ apiKey: ApiKey; key: string }> {
    if (expiration && Date.parse(expiration) <= Date.now()) {
      throw new AppError(
        'invalid',
        'The expiration lies in the past.',
        {},
        { fields: { expiration: 'lies in the past' } },
      );
    }
    await this.refuseTooMany(userId);
    const key = newApiKey();
    const row = {
      id: newId(),
      userId,
      name,
      expiration: expiration ? new Date(expiration) : null,
      hash: digestOf(key),
      masked: maskOf(key),
    };
    return { key, apiKey: await this.db.run((prisma) => insertApiKey(prisma, row)) };
  }

  private async refuseTooMany(userId: string): Promise<void> {
    const { apiKeys: max } = this.config.limits;
    if ((await this.db.run((prisma) => countApiKeys(prisma, userId))) >= max)
      throw conflict(`At most ${max} API keys may be kept. Delete one that is no longer needed.`);
  }

  async delete(userId: string, id: string): Promise<void> {
    const hash = await this.db.run((prisma) => deleteApiKey(prisma, userId, id));
    if (!hash) throw notFound('API key not found');
    this.changes.publish({ credentialId: id, rememberedAs: cacheKeyOf('key', hash) });
  }
}
