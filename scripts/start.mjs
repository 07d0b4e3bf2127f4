// `npm start`: the whole system, without demo content.
import { runSystem } from './system.mjs';

await runSystem(async (system) => {
  console.log(`\nHeadgate is running: ${system.url}`);
  console.log(`  data   ${system.dataFolder}`);
  console.log('  stop   Ctrl-C\n');
});
