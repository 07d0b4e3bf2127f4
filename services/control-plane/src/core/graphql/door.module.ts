import { Module } from '@nestjs/common';
import { GraphqlDoor } from './door.js';

/** By itself, because Apollo is put together with it. */
@Module({ providers: [GraphqlDoor], exports: [GraphqlDoor] })
export class GraphqlDoorModule {}
