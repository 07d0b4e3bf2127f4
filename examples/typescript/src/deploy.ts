/** Makes deployments of the examples. Usage: `node --import tsx src/deploy.ts --pool local` */
import { parseArgs } from 'node:util';
import { flakyWeather } from './flaky-weather.js';
import { gitHistoryEtl } from './git-history-etl.js';
import { hello } from './hello.js';
import { slowCount } from './slow-count.js';

const { values } = parseArgs({ options: { pool: { type: 'string', default: 'local' } } });
const workPool = values.pool;

await hello.deploy({ name: 'example', workPool });
await flakyWeather.deploy({ name: 'example', workPool });
await slowCount.deploy({ name: 'example', workPool });
await gitHistoryEtl.deploy({ name: 'example', workPool, cron: '0 6 * * 1', timezone: 'UTC' });
