import { Global, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { PassportModule } from '@nestjs/passport';
import { AccessChanges } from './access-changes.js';
import { AccessGuard } from './access.guard.js';
import { Holders } from './holders.js';
import { ApiKeyStrategy, SessionStrategy } from './strategies.js';

/** The guard at every door. `Identity` comes from the tenancy module. */
@Global()
@Module({
  imports: [PassportModule],
  providers: [AccessChanges, Holders, ApiKeyStrategy, SessionStrategy, { provide: APP_GUARD, useClass: AccessGuard }],
  exports: [AccessChanges, Holders],
})
export class AccessModule {}
