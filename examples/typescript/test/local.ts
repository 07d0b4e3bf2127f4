import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

/** The examples run without a control plane here. */
const home = mkdtempSync(join(tmpdir(), 'headgate-examples-'));
process.env['HEADGATE_HOME'] = home;
process.env['HEADGATE_LOGS'] = 'off';
delete process.env['HEADGATE_API_URL'];

afterAll(() => rmSync(home, { recursive: true, force: true }));
