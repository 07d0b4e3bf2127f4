import { Global, Module } from '@nestjs/common';
import { Sockets } from './sockets.js';
import { Upgrades } from './upgrades.js';

@Global()
@Module({ providers: [Upgrades, Sockets], exports: [Upgrades, Sockets] })
export class SocketsModule {}
