import { createRequire } from 'node:module';
import { Command, CommanderError } from 'commander';
import { addDeploymentCommands } from './deployment.js';
import { tellError } from './errors.js';
import { addFlowRunCommands } from './flow-run.js';
import { withoutFarGuesses } from './guesses.js';
import { addLogin } from './login.js';
import { addLogout } from './logout.js';
import { addRun } from './run.js';
import { addStart } from './start.js';
import { printError } from './terminal.js';
import { addWhoami } from './whoami.js';
import { addWorkPoolCommands } from './work-pool.js';
import { addWorkspaceCommands } from './workspace.js';

const { version } = createRequire(import.meta.url)('../../package.json') as { version: string };

const examples = `
Examples:
  $ agent login --server http://localhost:4200     log in with the browser
  $ agent start --pool local                       run what is due in the work pool "local"
  $ agent run etl/nightly -p days=7 --watch        start a run and follow it to its end
  $ agent flow-run logs sly-otter --follow         what a run says, as it says it
`;

function build(): Command {
  const program = new Command('agent')
    .description('Runs the flow runs of a Headgate workspace on this machine, and looks after them.')
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'show what a command does')
    .helpCommand(false)
    .addHelpText('after', examples)
    .configureOutput({
      writeErr: (text) => printError(text.trimEnd()),
      outputError: (text, write) => write(withoutFarGuesses(text)),
    })
    .showSuggestionAfterError()
    .showHelpAfterError('(--help shows how a command is used)')
    .exitOverride();
  program.commandsGroup('Run things:');
  addStart(program);
  addRun(program);
  program.commandsGroup('Look and steer:');
  addFlowRunCommands(program);
  addDeploymentCommands(program);
  addWorkPoolCommands(program);
  program.commandsGroup('Who and where:');
  addLogin(program);
  addLogout(program);
  addWhoami(program);
  addWorkspaceCommands(program);
  return program;
}

/** Help and version are successes; other complaints of the parser are misuse. */
function exitCodeOf(error: unknown): number {
  if (!(error instanceof CommanderError)) return tellError(error);
  return error.exitCode === 0 ? 0 : 2;
}

try {
  await build().parseAsync();
} catch (error) {
  process.exitCode = exitCodeOf(error);
}
