// In the image: brings the database of DATABASE_URL up to date, then ends.
import { migrate } from '@headgate/prisma/migrate';
import pg from 'pg';

const client = new pg.Client({ connectionString: process.env.DATABASE_URL });
// A server that goes away while it is used is reported by the query that waits for it.
client.on('error', () => undefined);
await client.connect();
const applied = await migrate(client);
console.log(applied.length > 0 ? `Applied: ${applied.join(', ')}` : 'The database is up to date.');
await client.end();
