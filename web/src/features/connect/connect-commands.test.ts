import { expect, test } from 'vitest';
import { agentSteps, pythonSteps } from './connect-commands';

const workspace = {
  id: 'w',
  name: 'Main',
  handle: 'main',
  description: '',
  accountId: 'a',
  accountName: 'Acme',
  accountHandle: 'acme',
  role: 'Owner',
  apiUrl: 'http://localhost:4200/api/accounts/a/workspaces/w',
};
const wanted = { origin: 'http://localhost:4200', workspace, key: 'pnu_x', pool: 'local', deployment: null };

test('three commands lead from nothing to a watched run in TypeScript', () => {
  expect(agentSteps(wanted).map((step) => step.code)).toEqual([
    'npm install --global http://localhost:4200/packages/agent.tgz\nagent login --server http://localhost:4200 --key pnu_x --workspace acme/main',
    'agent start --pool local',
    'npm install http://localhost:4200/packages/sdk.tgz\nnode hello.mjs deploy\nagent run hello/hello --watch',
  ]);
  expect(agentSteps(wanted)[2]!.file?.text).toContain("from '@headgate/sdk'");
  expect(agentSteps({ ...wanted, deployment: 'etl/nightly' })[2]!.code).toBe('agent run etl/nightly --watch');
});

test('all steps speak of one pool', () => {
  const steps = agentSteps({ ...wanted, pool: 'gpu' });
  expect(steps[1]!.code).toBe('agent start --pool gpu');
  expect(steps[2]!.file?.text).toContain("workPool: 'gpu'");
});

test('names that a shell or a program would take apart are quoted', () => {
  const steps = agentSteps({ ...wanted, pool: "Tom's", deployment: "daily run/Tom's" });
  expect(steps.slice(1).map((step) => step.code)).toEqual([
    "agent start --pool 'Tom'\\''s'",
    "agent run 'daily run/Tom'\\''s' --watch",
  ]);
  expect(agentSteps({ ...wanted, pool: "Tom's" })[2]!.file?.text).toContain("workPool: 'Tom\\'s'");
});

test('three commands do so in Python', () => {
  expect(pythonSteps(wanted).map((step) => step.code)).toEqual([
    'pip install --upgrade prefect\nexport PREFECT_CLOUD_API_URL=http://localhost:4200/api',
    'prefect cloud login --key pnu_x --workspace acme/main',
    'python hello.py',
  ]);
});

test('before there is a key, the command says where it goes', () => {
  expect(agentSteps({ ...wanted, key: null })[0]!.code).toContain('--key <your key>');
});
