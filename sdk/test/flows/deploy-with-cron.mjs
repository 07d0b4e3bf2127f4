import { flow } from '@headgate/sdk';

/** As a script of plain JavaScript does it that catches nothing; the cron is its argument. */
export const report = flow(() => 1, { name: 'report' });

await report.deploy({ name: 'nightly', workPool: 'local', cron: process.argv[2], entrypoint: 'report.mjs:report' });
