/**
 * Sends the system what its OpenAPI document allows and forbids, and holds its answers against that document:
 * `node test/fuzz/run.mjs [--summary FILE] [--examples N] [--seed N] [--only REGEX]`. Needs Python, as test/compat does.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { OutOfReach, preparePython } from '../compat/python.mjs';
import { fuzzable } from './document.mjs';
import { furnish } from './house.mjs';

const { values: options } = parseArgs({
  options: {
    summary: { type: 'string' },
    examples: { type: 'string', default: '12' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 1e9)) },
    only: { type: 'string', default: '.' },
  },
});

process.exitCode = await main();

async function main() {
  let python;
  try {
    python = await preparePython('fuzz');
  } catch (error) {
    if (!(error instanceof OutOfReach)) throw error;
    console.log(`fuzzing: skipped, ${error.message}`);
    return report({ passed: 0, failed: 0, skipped: 1, reason: `skipped: ${error.message}` });
  }
  const { startSystem, signUp } = await import('@headgate/testkit');
  const scratch = mkdtempSync(path.join(tmpdir(), 'headgate-fuzz-'));
  const system = await startSystem({ loops: false });
  try {
    const account = await signUp(system.url, 'Fuzz Suite');
    const document = path.join(scratch, 'openapi.json');
    const published = await (await fetch(`${system.url}/api/openapi.json`)).json();
    const things = await furnish(`${system.url}/api`, account.key);
    writeFileSync(document, JSON.stringify(fuzzable(published, account, things)));
    const { found, output } = await schemathesis(python, document, system.url, account.key, scratch);
    if (!found) return report({ passed: 1, failed: 0, skipped: 0 });
    console.log(system.log().slice(-3_000));
    return report({ passed: 0, failed: 1, skipped: 0, which: failuresIn(output) });
  } finally {
    await system.stop();
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** Answers whether something was found, and all that it wrote: what it found, with a curl command to repeat it. */
async function schemathesis(python, document, url, key, cwd) {
  console.log(`fuzzing: ${options.examples} examples each, seed ${options.seed}`);
  const flags = {
    url,
    header: `Authorization: Bearer ${key}`,
    checks: 'not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance',
    phases: 'examples,coverage,fuzzing',
    mode: 'all',
    // A machine that is busy with other suites is no fault.
    'request-timeout': '60',
    'max-examples': options.examples,
    seed: options.seed,
    workers: '2',
    warnings: 'off',
    'include-path-regex': options.only,
  };
  const given = Object.entries(flags).flatMap(([name, value]) => [`--${name}`, value]);
  const args = ['-m', 'schemathesis.cli', 'run', document, '--continue-on-failure', '--no-color', ...given];
  const env = { ...process.env, PYTHONDONTWRITEBYTECODE: '1' };
  const child = spawn(python, args, { cwd, stdio: ['ignore', 'pipe', 'inherit'], env });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    output += text;
    process.stdout.write(text);
  });
  const code = await new Promise((resolve) => child.once('close', resolve));
  return { found: code !== 0, output };
}

/** The first lines of the part that tells of failures, which whoever reads a cut report would miss. */
function failuresIn(output) {
  const part = output.split(/^=+ (FAILURES|ERRORS) =+$/m)[2] ?? output.slice(-3_000);
  const lines = part.split('\n').filter((line) => line.trim());
  return lines.slice(0, 40).map((line) => line.slice(0, 400));
}

/** Writes the counts where the caller wants them; answers the exit code. */
function report(summary) {
  if (options.summary) writeFileSync(options.summary, `${JSON.stringify(summary)}\n`);
  return summary.failed ? 1 : 0;
}
