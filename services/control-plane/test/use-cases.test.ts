import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { expect, test } from 'vitest';

const modules = fileURLToPath(new URL('../src/modules', import.meta.url));

/** Injectable classes that are no use cases: what stands below a context, and what stands before there is one. */
const notUseCases: Record<string, string> = {
  TenancyIdentity: 'finds out who asks',
  TenancyDb: 'is the connection of tenancy',
  LastUse: 'counts uses of credentials while somebody is let in',
  Passwords: 'hashes',
  SignInLimits: 'bounds the tries of those who are not known yet',
  SignInService: 'lets in those who are not known yet',
  SessionsService: 'starts and ends what makes a caller known',
  ApiPresence: 'says whether any api is up, in no workspace',
  TurnedAway: 'remembers how busy a limit is',
};

/** Methods that act in many workspaces, or in none. */
const ofNoWorkspace: Record<string, string> = {
  'ConcurrencyService.expireLeases': 'the pass of a loop',
  'ConcurrencyService.leasesOf': 'read by a loop, page by page over all workspaces',
  'EventsIngest.onStored': 'registers a listener when the process starts',
  'FlowRunsService.wake': 'rings at pools, after a batch of many workspaces',
  'CreateRuns.wake': 'rings at pools, after a batch of many workspaces',
  'Preparations.of': 'prepares schedules of many workspaces, and is told how to act in each',
  'RunNotices.writeWith': 'registers a writer when the process starts',
  'TagLimitsService.releaseAll': 'ends leases of task runs of many workspaces in one statement',
  'TeardownsService.takeBack': 'the pass of a loop',
  'WorkPoolsService.announce': 'tells of pools of many workspaces after a commit',
};

type Method = { name: string; first: string | null };

function* sourcesIn(folder: string): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) yield* sourcesIn(file);
    else if (file.endsWith('.ts') && !file.endsWith('.test.ts')) yield file;
  }
}

const isInjectable = (node: ts.ClassDeclaration): boolean =>
  (ts.getDecorators(node) ?? []).some((each) => each.getText().startsWith('@Injectable('));
const isPublic = (member: ts.ClassElement): member is ts.MethodDeclaration =>
  ts.isMethodDeclaration(member) &&
  !(ts.getModifiers(member) ?? []).some(({ kind }) => kind === ts.SyntaxKind.PrivateKeyword);
const isHook = (name: string): boolean => /^on(Module|Application)/.test(name);

function methodsOf(file: string, text = readFileSync(file, 'utf8')): Method[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  return source.statements.filter(ts.isClassDeclaration).flatMap((node) => {
    const owner = node.name!.text;
    if (!isInjectable(node) || owner in notUseCases) return [];
    return node.members
      .filter(isPublic)
      .filter((member) => !isHook(member.name.getText()))
      .map((member) => ({
        name: `${owner}.${member.name.getText()}`,
        first: member.parameters[0]?.type?.getText() ?? null,
      }));
  });
}

const takesWhoAsks = ({ first }: Method): boolean => first === 'Ctx' || first === 'AccountCtx';
const all = [...sourcesIn(modules)].flatMap((file) => methodsOf(file));

test('every use case is told first who asks', () => {
  expect(all.length).toBeGreaterThan(200);
  const others = all.filter((method) => !takesWhoAsks(method)).map(({ name }) => name);
  expect(others.filter((name) => !(name in ofNoWorkspace))).toEqual([]);
  expect(Object.keys(ofNoWorkspace).filter((name) => !others.includes(name))).toEqual([]);
});

test('a use case that takes a bare id instead is found', () => {
  const text = `
    @Injectable() export class A {
      get(ctx: Ctx, id: string) {}
      of({ actor }: AccountCtx) {}
      wrong(workspaceId: string) {}
      private hidden(id: string) {}
      onModuleInit() {}
    }
    export class B { free(id: string) {} }`;
  const wrong = methodsOf('a.ts', text).filter((method) => !takesWhoAsks(method));
  expect(wrong.map(({ name }) => name)).toEqual(['A.wrong']);
});

/** They write events in statements of their own, many at once, and announce them after these. */
const hot = ['runs/moves/set-state.ts', 'runs/create/create-runs.ts', 'events/ingest.ts'];
/** They lock and read in a transaction, or delete over connections of another kind, and tell nobody. */
const silent = ['runs/claims/claims.service.ts', 'runs/loops/expire-runs.ts'];

const filesWith = (pattern: RegExp): string[] =>
  [...sourcesIn(modules)]
    .filter((file) => pattern.test(readFileSync(file, 'utf8')))
    .map((file) => path.relative(modules, file))
    .sort();

test('but for the hot statements, changes and the events that tell of them go through units of work', () => {
  expect(filesWith(/@Inject\(Events\)/)).toEqual([...hot].sort());
  expect(filesWith(/\.transaction\(\)/)).toEqual([...silent].sort());
});
