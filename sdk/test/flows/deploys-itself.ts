import * as sdk from '@headgate/sdk';
import { flow } from '@headgate/sdk';

export const selfish = flow(() => 'me', { name: 'selfish' });
export const ingest = sdk.flow(
  async () => {
    const nothing = null;
    return nothing;
  },
  { name: 'nightly ingest' },
);
const inner: typeof selfish = flow(() => 'me', { name: 'inner' });
export { inner as runMe };
const quick = ingest.withOptions({ name: 'quick ingest' });
// export { ingest as quick };
export { selfish as other, quick };

const main = flow(() => 'main', { name: 'main flow' });
export default main;

for (const each of [selfish, ingest, inner, quick, main]) {
  const { entrypoint } = await each.deploy({ name: 'own', workPool: 'local' });
  console.log(entrypoint);
}
