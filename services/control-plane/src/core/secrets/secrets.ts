import { hkdfSync, randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { Config } from '../config/config.js';
import { Database } from '../db/database.js';
import { findDataKey, keepDataKey } from './data-keys.sql.js';
import { keyBytes, Vault } from './vault.js';

const vaultsMax = 10_000;

/**
 * Secrets at rest: sealed under a data key per workspace, which lies in the database wrapped by a key that is derived
 * from the master key of the settings and lies nowhere.
 */
@Injectable()
export class Secrets {
  private readonly master: Vault;
  private readonly vaults = new Map<string, Promise<Vault>>();

  constructor(
    @Inject(Config) config: Config,
    @Inject(Database) private readonly database: Database,
  ) {
    const key = hkdfSync('sha256', config.secrets.masterKey, '', 'headgate: wraps the data keys', keyBytes);
    this.master = new Vault(Buffer.from(key));
  }

  /** Ask before a transaction begins: the workspace's first key is written by itself, and stays whatever becomes of that. */
  vaultOf(workspaceId: string): Promise<Vault> {
    const known = this.vaults.get(workspaceId);
    if (known) return known;
    if (this.vaults.size >= vaultsMax) this.vaults.clear();
    const vault = this.openVault(workspaceId);
    this.vaults.set(workspaceId, vault);
    vault.catch(() => this.vaults.delete(workspaceId));
    return vault;
  }

  private async openVault(workspaceId: string): Promise<Vault> {
    const boundTo = `data key of ${workspaceId}`;
    const wrapped =
      (await findDataKey(this.database.sql, workspaceId)) ??
      (await keepDataKey(this.database.sql, workspaceId, this.master.seal(randomBytes(keyBytes), boundTo)));
    try {
      return new Vault(this.master.open(wrapped, boundTo));
    } catch (cause) {
      throw new Error(
        'The data key of the workspace does not open: HEADGATE_MASTER_KEY is not the one it was made with.',
        {
          cause,
        },
      );
    }
  }
}
