import type { Command } from 'commander';
import pc from 'picocolors';
import { listMyWorkspaces } from '../api/api.js';
import { ApiError, Unreachable } from '../api/http.js';
import { activeProfile, configPath, saveActiveProfile } from '../settings/config-file.js';
import { serverOf } from '../settings/connection.js';
import { loginWithBrowser } from './browser-login.js';
import { CliError } from './errors.js';
import { spinner, print } from './terminal.js';
import { chooseWorkspace, handleOf, profileOf } from './workspace-choice.js';

type Options = { key?: string; server?: string; workspace?: string };

export function addLogin(program: Command): void {
  program
    .command('login')
    .description('Log in, with the browser or with an API key, and choose a workspace.')
    .option('-k, --key <key>', 'API key, instead of the browser')
    .option(
      '-s, --server <url>',
      'address of the control plane (default: that of the last log-in, else http://localhost:4200)',
    )
    .option('-w, --workspace <account/workspace>', 'workspace to use, when there are several')
    .action(login);
}

async function login(options: Options): Promise<void> {
  const server = serverFrom(options.server);
  const apiKey = options.key ?? (await browse(server));
  const workspaces = await workspacesOf(server, apiKey);
  const workspace = await chooseWorkspace(workspaces, options.workspace, server);
  saveActiveProfile(profileOf(workspace, server, apiKey));
  print(`${pc.green('Logged in')} to ${server}, workspace ${pc.bold(handleOf(workspace))}.`);
  print(pc.dim(`Kept in ${configPath()}. Next: agent start --pool local`));
}

/** People paste what is in front of them: the address of a page, or of the API. */
function serverFrom(given: string | undefined): string {
  const address = given ?? activeProfile()?.server ?? 'http://localhost:4200';
  if (/^(?!https?:)[a-z][a-z\d+.-]*:\/\//i.test(address))
    throw new CliError(
      `"${address}" is not an address of http or https.`,
      'agent login --server http://localhost:4200',
      2,
    );
  try {
    const url = new URL(/^https?:\/\//i.test(address) ? address : `http://${address}`);
    return serverOf(`${url.origin}${url.pathname}`.replace(/\/+$/, ''));
  } catch {
    throw new CliError(`"${address}" is not an address.`, 'agent login --server http://localhost:4200', 2);
  }
}

async function browse(server: string): Promise<string> {
  const waiting = spinner('Waiting for you to confirm in the browser');
  try {
    return await loginWithBrowser(server, (address, opened) => {
      print(
        `${opened ? 'Confirm in the browser. If it did not open:' : 'Open this address in a browser on this machine:'}\n  ${pc.cyan(address)}`,
      );
      waiting.start();
    });
  } finally {
    waiting.stop();
  }
}

async function workspacesOf(server: string, apiKey: string) {
  try {
    return await listMyWorkspaces(server, apiKey);
  } catch (error) {
    if (error instanceof Unreachable)
      throw new CliError(
        `${server} cannot be reached (${error.message}).`,
        'is the control plane running, and is --server right?',
      );
    if (error instanceof ApiError && (error.status === 401 || error.status === 403)) {
      throw new CliError(
        `${server} does not accept this API key: ${error.message}`,
        'make a new one in the web app under API keys',
      );
    }
    throw error;
  }
}
