import type { Workspace } from '@/features/tenancy/use-viewer';

/** `file` is what to save first, when there is something; `code` is for a terminal. */
export type Step = { title: string; hint: string; code: string; file?: { name: string; text: string } };

/** What stands for the key until there is one. */
const noKey = '<your key>';

type Wanted = { origin: string; workspace: Workspace; key: string | null; deployment: string | null };

/** From an empty machine to a watched run, in TypeScript: three commands for a terminal. */
export function agentSteps({ origin, key, deployment }: Wanted): Step[] {
  return [
    {
      title: 'Log the command line in',
      hint: 'On the machine that is to run your code.',
      code: `agent login --server ${origin} --key ${key ?? noKey}`,
    },
    {
      title: 'Start an agent',
      hint: 'It waits for work over an outbound connection. Your code and data stay where they are.',
      code: 'agent start --pool default',
    },
    deployment ? ofDeployment(deployment) : ofFile,
  ];
}

const ofDeployment = (name: string): Step => ({
  title: 'Run a flow and watch it',
  hint: 'One of your deployments. It appears here at once.',
  code: `agent run ${name} --watch`,
});

const ofFile: Step = {
  title: 'Run a flow and watch it',
  hint: 'Save this beside a package.json that has @headgate/sdk. The run appears here at once.',
  file: {
    name: 'hello.ts',
    text: `import { flow } from '@headgate/sdk';

export const hello = flow(async () => console.log('Hello from my machine'), { name: 'hello', logPrints: true });

if (process.argv[2] === 'deploy') await hello.deploy({ name: 'hello', workPool: 'default' });`,
  },
  code: 'npx tsx hello.ts deploy\nagent run hello/hello --watch',
};

/** The same in Python, with the unmodified Prefect client. */
export function pythonSteps({ origin, key, workspace }: Wanted): Step[] {
  return [
    {
      title: 'Point the Prefect client here',
      hint: 'Prefect 3, as it comes from PyPI.',
      code: `export PREFECT_CLOUD_API_URL=${origin}/api`,
    },
    {
      title: 'Log in',
      hint: 'Stores the key in your Prefect profile.',
      code: `prefect cloud login --key ${key ?? noKey} --workspace ${workspace.accountHandle}/${workspace.handle}`,
    },
    {
      title: 'Run a flow',
      hint: 'Any Python file that calls a flow. The run appears here at once.',
      file: {
        name: 'hello.py',
        text: `from prefect import flow

@flow(log_prints=True)
def hello():
    print("Hello from my machine")

hello()`,
      },
      code: 'python hello.py',
    },
  ];
}
