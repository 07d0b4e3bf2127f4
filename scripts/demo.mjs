// `npm run demo`: the system with a demo account, an agent, and the examples: deployed, and one of them run before your eyes.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { root } from './setup.mjs';
import { runSystem } from './system.mjs';

const account = { email: 'demo@headgate.local', password: 'quiet-river-canal-lock', name: 'Demo' };
const pool = 'local';

await runSystem(async (system, atEnd) => {
  const home = path.join(system.dataFolder, 'demo-agent');
  const env = { ...process.env, HEADGATE_HOME: home, ...(process.stdout.isTTY && { FORCE_COLOR: '1' }) };
  for (const name of ['HEADGATE_API_URL', 'HEADGATE_API_KEY', 'HEADGATE_PORT']) delete env[name];
  const key = await signUpOrIn(system.url, home);
  const agent = (...args) => command(process.execPath, [path.join(root, 'worker-agent/bin/agent.js'), ...args], env);

  console.log('\nLogging an agent in');
  await agent('login', '--server', system.url, '--key', key);
  if (!(await succeeds([path.join(root, 'worker-agent/bin/agent.js'), 'work-pool', 'inspect', pool], env)))
    await agent('work-pool', 'create', pool);
  const worker = spawn(
    process.execPath,
    [path.join(root, 'worker-agent/bin/agent.js'), 'start', '--pool', pool, '--name', 'demo-agent'],
    {
      env,
      cwd: path.join(root, 'examples/typescript'),
      stdio: [
        'ignore',
        fs.openSync(path.join(system.dataFolder, 'demo-agent.log'), 'a', 0o600),
        fs.openSync(path.join(system.dataFolder, 'demo-agent.log'), 'a', 0o600),
      ],
      // Its own process group: Ctrl-C must not end it before it was asked to.
      detached: true,
    },
  );
  const { endWithThisProcess } = await import('@headgate/all-in-one');
  endWithThisProcess(worker);
  atEnd(() => stopAgent(worker));

  console.log('\nDeploying the example flows');
  await command(
    process.execPath,
    ['--import', 'tsx', 'src/deploy.ts', '--pool', pool],
    env,
    path.join(root, 'examples/typescript'),
  );

  console.log('\nRunning one of them: states and logs as they arrive');
  await agent('run', 'git-history-etl/example', '--watch');

  console.log(`
Headgate is running: ${system.url}
  sign in   ${account.email}
  password  ${account.password}
  agent     demo-agent works for the pool "${pool}"; its log is ${path.join(system.dataFolder, 'demo-agent.log')}
  again     HEADGATE_HOME=${home} node worker-agent/bin/agent.js run slow-count/example --watch
  stop      Ctrl-C (the data stays in ${system.dataFolder})
`);
});

function command(program, args, env, cwd = root) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { env, cwd, stdio: ['ignore', 'inherit', 'inherit'] });
    child.on('error', reject);
    child.on('close', (code) =>
      code === 0
        ? resolve()
        : reject(
            new Error(
              `${path.basename(args.find((arg) => arg.includes('.')) ?? program)} ${args.slice(1).join(' ')} ended with ${code}.`,
            ),
          ),
    );
  });
}

function succeeds(args, env) {
  return new Promise((resolve) =>
    spawn(process.execPath, args, { env, stdio: 'ignore' }).on('close', (code) => resolve(code === 0)),
  );
}

async function stopAgent(worker) {
  if (worker.exitCode !== null || worker.signalCode !== null) return;
  const gone = new Promise((resolve) => worker.once('exit', resolve));
  worker.kill('SIGTERM');
  const force = setTimeout(() => worker.kill('SIGKILL'), 10_000);
  await gone;
  clearTimeout(force);
}

/** The demo account's API key: the one of the last start, or a new one. */
async function signUpOrIn(url, home) {
  const known = readKey(home);
  if (known && (await works(url, known))) return known;
  const browser = cookieJar(url);
  const signUp = await browser('mutation($input: SignUpInput!) { signUp(input: $input) { id } }', { input: account });
  if (signUp.errors) {
    const signIn = await browser('mutation($input: SignInInput!) { signIn(input: $input) { id } }', {
      input: { email: account.email, password: account.password },
    });
    if (signIn.errors)
      throw new Error(
        `The demo account can neither be signed up (${signUp.errors[0].message}) nor signed in (${signIn.errors[0].message}).`,
      );
  }
  const { data, errors } = await browser('mutation { createApiKey(name: "demo agent") { key } }');
  if (errors) throw new Error(`The demo account's API key could not be made: ${errors[0].message}`);
  return data.createApiKey.key;
}

function readKey(home) {
  try {
    const config = JSON.parse(fs.readFileSync(path.join(home, 'config.json'), 'utf8'));
    return config.profiles[config.active].api_key;
  } catch {
    return null;
  }
}

async function works(url, key) {
  return (await fetch(`${url}/api/me/workspaces`, { headers: { authorization: `Bearer ${key}` } })).ok;
}

function cookieJar(url) {
  const cookies = new Map();
  return async (query, variables) => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', cookie, 'x-csrf-token': cookies.get('headgate_csrf') ?? '' },
      body: JSON.stringify({ query, variables }),
    });
    for (const line of response.headers.getSetCookie()) {
      const [pair] = line.split(';');
      cookies.set(pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1));
    }
    return response.json();
  };
}
