import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

/** Each test file has a home of its own, and no control plane unless it asks for one. */
const home = mkdtempSync(join(tmpdir(), 'headgate-sdk-'));
process.env['HEADGATE_HOME'] = home;
process.env['HEADGATE_LOGS'] = 'off';
delete process.env['HEADGATE_API_URL'];
delete process.env['HEADGATE_API_KEY'];

afterAll(() => rmSync(home, { recursive: true, force: true }));
