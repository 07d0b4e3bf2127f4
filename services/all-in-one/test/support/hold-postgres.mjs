// A process that has a Postgres, to be killed by tests: hold-postgres.mjs FOLDER
import { startPostgres } from '@headgate/all-in-one';

const postgres = await startPostgres({ folder: process.argv[2] });
const { pid, port, adopted } = postgres;
console.log(JSON.stringify({ pid, port, adopted, url: postgres.url() }));
process.on('SIGTERM', () => void postgres.stop().then(() => process.exit(0)));
setInterval(() => undefined, 60_000);
