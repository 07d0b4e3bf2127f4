// `npm run migrate`: brings the database of DATABASE_URL up to date.
import { fail, setup } from './setup.mjs';

await setup();
const { prepare, UserError } = await import('@headgate/all-in-one');
if (!process.env.DATABASE_URL)
  fail(
    'DATABASE_URL is not set.',
    'It names the database to bring up to date: postgresql://user:password@host:5432/name',
  );
try {
  const applied = await prepare(process.env.DATABASE_URL);
  console.log(applied.length > 0 ? `Applied: ${applied.join(', ')}` : 'The database is up to date.');
} catch (error) {
  if (error instanceof UserError) fail(error.message, error.remedy);
  throw error;
}
