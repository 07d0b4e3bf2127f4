import type { Command } from 'commander';
import { removeActiveProfile } from '../settings/config-file.js';
import { print } from './terminal.js';

export function addLogout(program: Command): void {
  program
    .command('logout')
    .description('Forget the API key on this machine. The key itself stays valid until it is deleted in the web app.')
    .action(() => print(removeActiveProfile() ? 'Logged out.' : 'You were not logged in.'));
}
