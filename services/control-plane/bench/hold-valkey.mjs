// The bundled Valkey in a process of its own, for as long as whoever started it is there: hold-valkey.mjs PORT LOG
import { startValkey } from '@headgate/all-in-one';

process.on('disconnect', () => process.exit(0));
const { url } = await startValkey({ port: Number(process.argv[2]), log: process.argv[3] });
process.send(url);
