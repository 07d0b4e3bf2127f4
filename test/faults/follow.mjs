// A process in which a consumer follows the log of events and writes down what it hears, until it is killed.
import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { sql } from 'kysely';

const dist = new URL('../../services/control-plane/dist/', import.meta.url);
const load = (file) => import(new URL(file, dist));
const { AppModule } = await load('app.module.js');
const { EventLog } = await load('core/event-log/event-log.js');
const { Loops } = await load('core/loops/loops.js');
const { Nudges } = await load('core/loops/nudges.js');

const app = await NestFactory.createApplicationContext(AppModule, { logger: false });
app.get(EventLog).add({
  name: 'test',
  says: 'Writes down what it hears.',
  accepts: ['n.'],
  from: 'earliest',
  take: async ({ workspaceId }, events, tx) => {
    await sql`insert into heard (workspace_id, id, event, process)
      select ${workspaceId}, id, event, ${process.pid}
        from unnest(${events.map(({ id }) => id)}::uuid[], ${events.map(({ event }) => event)}::text[]) with ordinality e(id, event, n)
       order by n`.execute(tx);
  },
});
app.get(Loops).start();
app.get(Nudges).listen();
process.send('following');
