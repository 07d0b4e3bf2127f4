// `npm run generate`: everything that is made from code and committed, and the types that are not.
import { run, setup } from './setup.mjs';

await setup();
await run(process.execPath, ['services/control-plane/dist/generate.js']);
await run('npm', ['run', 'generate', '--workspace', 'web', '--silent']);
console.log(
  'Written: services/control-plane/openapi.json, services/control-plane/schema.graphql, docs/reference/settings.md, docs/reference/operations.md, web types.',
);
