import { createInterface } from 'node:readline/promises';
import type { WorkspaceJson } from '../api/wire.js';
import type { Profile } from '../settings/config-file.js';
import { CliError } from './errors.js';
import { print } from './terminal.js';

export const handleOf = (workspace: WorkspaceJson): string =>
  `${workspace.account_handle}/${workspace.workspace_handle}`;

export const profileOf = (workspace: WorkspaceJson, server: string, apiKey: string): Profile => ({
  server,
  api_key: apiKey,
  account_id: workspace.account_id,
  workspace_id: workspace.workspace_id,
  workspace: handleOf(workspace),
});

/** The named one, the only one, or the one that the person chooses. Throws CliError when it cannot be told. */
export async function chooseWorkspace(
  all: WorkspaceJson[],
  named: string | undefined,
  server: string,
): Promise<WorkspaceJson> {
  if (all.length === 0) throw new CliError('This key has no workspace.', `create one at ${server}`);
  if (named !== undefined) return findNamed(all, named);
  if (all.length === 1) return all[0]!;
  if (!process.stdin.isTTY)
    throw new CliError(
      `This key opens ${all.length} workspaces, and nothing says which is meant: ${all.map(handleOf).join(', ')}.`,
      'add --workspace with the name of one of them',
      2,
    );
  return ask(all);
}

function findNamed(all: WorkspaceJson[], named: string): WorkspaceJson {
  const matching = all.filter(
    (each) => handleOf(each) === named || each.workspace_handle === named || each.workspace_id === named,
  );
  if (matching.length === 1) return matching[0]!;
  const wrong = matching.length === 0 ? `You have no workspace "${named}".` : `"${named}" names several workspaces.`;
  throw new CliError(`${wrong} Yours: ${all.map(handleOf).join(', ')}.`, 'agent workspace ls');
}

async function ask(all: WorkspaceJson[]): Promise<WorkspaceJson> {
  all.forEach((each, index) => print(`  ${index + 1}  ${handleOf(each)}`));
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    while (true) {
      const chosen = all[Number(await terminal.question(`Which workspace? [1-${all.length}] `)) - 1];
      if (chosen) return chosen;
    }
  } finally {
    terminal.close();
  }
}
