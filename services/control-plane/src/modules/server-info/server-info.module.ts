import { Module } from '@nestjs/common';
import { AdminController } from './admin.rest.js';
import { CollectionsController } from './collections.rest.js';
import { NoAutomationsController } from './no-automations.rest.js';
import { TemplatesController } from './templates.rest.js';

@Module({ controllers: [AdminController, CollectionsController, NoAutomationsController, TemplatesController] })
export class ServerInfoModule {}
