import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { signUp, until, type TestAccount } from '@headgate/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Installation } from './installation.js';

/** A disk of its own, small enough to be filled. */
const disk = fs.mkdtempSync(path.join(os.tmpdir(), 'headgate-disk-'));
const mount = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=400m,mode=755', 'tmpfs', disk], { encoding: 'utf8' });
const canMount = mount.status === 0;
if (!canMount) console.log(`a full disk is left out: a small one cannot be mounted (${(mount.stderr ?? '').trim()})`);
const filler = path.join(disk, 'filler');

let installation: Installation;
let account: TestAccount;

beforeAll(async () => {
  if (!canMount) return;
  installation = await Installation.start(path.join(disk, 'data'));
  account = await signUp(installation.url, 'Full');
});
afterAll(async () => {
  fs.rmSync(filler, { force: true });
  await installation?.stop();
  if (canMount) spawnSync('umount', ['-l', disk]);
  fs.rmSync(disk, { recursive: true, force: true });
});

function fill(): void {
  const fd = fs.openSync(filler, 'a');
  try {
    // The smaller pieces take what the larger ones leave.
    for (const bytes of [1024 * 1024, 4096, 1]) {
      try {
        while (fs.writeSync(fd, Buffer.alloc(bytes)) > 0);
      } catch (error) {
        expect((error as NodeJS.ErrnoException).code).toBe('ENOSPC');
      }
    }
  } finally {
    fs.closeSync(fd);
  }
}

const isAlive = (pid: number) => fs.existsSync(`/proc/${pid}`);

test.skipIf(!canMount)('before the space ends, the log and /ready say so', async () => {
  const ready = async () => ((await (await fetch(`${installation.url}/ready`)).json()) as { message: string }).message;
  await until('a warning', async () => /^OK, but the disk is nearly full: \d+ MB are free$/.test(await ready()));
  await expect.poll(() => installation.log()).toContain('the disk is nearly full');
});

test.skipIf(!canMount)(
  'a process that ends on a full disk ends no other one, and comes back with the space',
  async () => {
    const before = await installation.pids();
    fill();
    await installation.torment('api', 'SIGKILL');
    await installation.torment('loops', 'SIGKILL');
    fill();
    expect(isAlive(installation.pid)).toBe(true);
    const { status } = await account.call('POST', '/flows/', { name: 'does-not-fit' }).catch(() => ({ status: 0 }));
    expect([0, 200, 201, 503]).toContain(status);
    fs.rmSync(filler);
    await installation.untilReady();
    await until('there is room to write', async () => {
      const answer = await account.call('POST', '/flows/', { name: 'fits' }).catch(() => null);
      return answer !== null && answer.status < 300;
    });
    expect(isAlive(installation.pid)).toBe(true);
    expect((await installation.pids()).api).not.toBe(before.api);
  },
);
