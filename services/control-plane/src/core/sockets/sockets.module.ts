import { Global, Module } from '@nestjs/common';
import { Sockets } from './sockets.js';

@Global()
@Module({ providers: [Sockets], exports: [Sockets] })
export class SocketsModule {}
