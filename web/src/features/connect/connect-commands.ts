import { quoted } from '@headgate/contracts';
import type { Workspace } from '@/lib/session/use-viewer';
import { startCommand } from '@/features/work-pools/start-command';

/** `file` is what to save first, when there is something; `code` is for a terminal. */
export type Step = { title: string; hint: string; code: string; file?: { name: string; text: string } };

/** What stands for the key until there is one. */
const noKey = '<your key>';

type Wanted = {
  origin: string;
  workspace: Workspace;
  key: string | null;
  /** The pool that the agent serves and the deployment is in. */
  pool: string;
  /** One that there is in this pool. */
  deployment: string | null;
};

/** What a new pool is called, here, in the README, and in the examples. */
export const usualPool = 'local';

/** From an empty machine to a watched run, in TypeScript: three steps in a terminal. */
export function agentSteps({ origin, key, workspace, pool, deployment }: Wanted): Step[] {
  return [
    {
      title: 'Install the agent and log it in',
      hint: 'On the machine that is to run your code, which needs Node 20.19 or newer and nothing else.',
      code: `npm install --global ${origin}/packages/agent.tgz\nagent login --server ${origin} --key ${key ?? noKey} --workspace ${placeName(workspace)}`,
    },
    {
      title: 'Start an agent',
      hint: 'In a terminal of its own. It waits for work over an outbound connection; your code and data stay where they are.',
      code: startCommand({ name: pool, type: 'process' }),
    },
    deployment ? ofDeployment(deployment) : ofFile(origin, pool),
  ];
}

/** As command lines name a workspace: whose key it is may have several. */
const placeName = ({ accountHandle, handle }: Workspace) => `${accountHandle}/${handle}`;

const ofDeployment = (name: string): Step => ({
  title: 'Run a flow and watch it',
  hint: 'One of your deployments. It appears here at once.',
  code: `agent run ${quoted(name)} --watch`,
});

/** A name as JavaScript reads it. */
const inScript = (name: string): string => `'${name.replaceAll(/['\\]/g, '\\$&')}'`;

const ofFile = (origin: string, pool: string): Step => ({
  title: 'Run a flow and watch it',
  hint: 'Save this in a folder of its own, on the same machine. The run appears here at once.',
  file: {
    name: 'hello.mjs',
    text: `import { flow } from '@headgate/sdk';

export const hello = flow(async () => console.log('Hello from my machine'), { name: 'hello', logPrints: true });

if (process.argv[2] === 'deploy') await hello.deploy({ name: 'hello', workPool: ${inScript(pool)} });`,
  },
  code: `npm install ${origin}/packages/sdk.tgz\nnode hello.mjs deploy\nagent run hello/hello --watch`,
});

/** The same in Python, with the unmodified Prefect client. */
export function pythonSteps({ origin, key, workspace }: Wanted): Step[] {
  return [
    {
      title: 'Install the Prefect client and point it here',
      hint: 'Prefect 3, as it comes from PyPI, with Python 3.11 or newer; `python3 --version` says which you have.',
      code: `pip install --upgrade prefect\nexport PREFECT_CLOUD_API_URL=${origin}/api`,
    },
    {
      title: 'Log in',
      hint: 'Stores the key in your Prefect profile.',
      code: `prefect cloud login --key ${key ?? noKey} --workspace ${placeName(workspace)}`,
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
