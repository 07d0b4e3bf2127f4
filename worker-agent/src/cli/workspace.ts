import type { Command } from 'commander';
import pc from 'picocolors';
import { listMyWorkspaces } from '../api/api.js';
import { saveActiveProfile } from '../settings/config-file.js';
import { CliError } from './errors.js';
import { openSession } from './session.js';
import { printList, type Listing, print } from './terminal.js';
import { chooseWorkspace, handleOf, profileOf } from './workspace-choice.js';

export function addWorkspaceCommands(program: Command): void {
  const workspace = program.command('workspace').description('See your workspaces, and switch between them.');
  workspace.command('ls').description('List your workspaces.').option('--json', 'print JSON').action(list);
  workspace
    .command('use')
    .description('Work in another workspace from now on.')
    .argument('[account/workspace]', 'which one; asks when left out')
    .action(use);
}

async function list(options: Listing): Promise<void> {
  const { connection } = openSession();
  const all = await listMyWorkspaces(connection.server, connection.apiKey);
  const mark = (id: string) => (connection.apiUrl.endsWith(id) ? pc.green('*') : '');
  printList(
    all,
    options,
    ['', 'WORKSPACE', 'NAME', 'ID'],
    (each) => [mark(each.workspace_id), handleOf(each), each.workspace_name, each.workspace_id],
    'You have no workspace.',
  );
}

async function use(named: string | undefined): Promise<void> {
  const { connection } = openSession();
  if (connection.from === 'environment')
    throw new CliError(
      'HEADGATE_API_URL decides the workspace in this shell.',
      'unset HEADGATE_API_URL HEADGATE_API_KEY',
    );
  const workspace = await chooseWorkspace(
    await listMyWorkspaces(connection.server, connection.apiKey),
    named,
    connection.server,
  );
  saveActiveProfile(profileOf(workspace, connection.server, connection.apiKey));
  print(`Now in workspace ${pc.bold(handleOf(workspace))}.`);
}
