import type { Command } from 'commander';
import { whoAmI } from '../api/api.js';
import { openSession } from './session.js';
import { printJson, printPairs, type Listing } from './terminal.js';

export function addWhoami(program: Command): void {
  program
    .command('whoami')
    .description('Show who is logged in, and where.')
    .option('--json', 'print JSON')
    .action(whoami);
}

async function whoami({ json }: Listing): Promise<void> {
  const { connection } = openSession();
  const me = await whoAmI(connection.server, connection.apiKey);
  if (json)
    return printJson({ ...me, server: connection.server, workspace: connection.workspace, api_url: connection.apiUrl });
  printPairs([
    ['person', `${[me.first_name, me.last_name].filter(Boolean).join(' ')} <${me.email}>`.trim()],
    ['server', connection.server],
    ['workspace', connection.workspace ?? (connection.from === 'environment' ? 'as HEADGATE_API_URL says' : null)],
    ['api', connection.apiUrl],
  ]);
}
