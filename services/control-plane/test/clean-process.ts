import { afterAll, expect } from 'vitest';
import { openApps } from './open-apps.js';

// Before each file that shares its process with others. After the file's own hooks nothing of it may be left: no
// application whose loops go on, and no setting.
const settings = { ...process.env };
afterAll(() => {
  const left = openApps.size;
  openApps.clear();
  for (const name of Object.keys(process.env)) if (!(name in settings)) delete process.env[name];
  Object.assign(process.env, settings);
  expect(left, 'applications that this file left open').toBe(0);
});
