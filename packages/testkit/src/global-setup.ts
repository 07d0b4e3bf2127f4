import type {} from 'vitest';
import type { TestProject } from 'vitest/node';
import { createTemplate } from './database.js';
import { startTestServers } from './servers.js';

declare module 'vitest' {
  export interface ProvidedContext {
    adminUrl: string;
    redisUrl: string;
    template: string;
  }
}

/** Vitest's `globalSetup`: servers and a migrated template for all test files of a run. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const servers = await startTestServers();
  const template = await createTemplate(servers.adminUrl);
  project.provide('adminUrl', servers.adminUrl);
  project.provide('redisUrl', servers.redisUrl);
  project.provide('template', template.name);
  return async () => {
    await template.drop();
    await servers.stop();
  };
}
