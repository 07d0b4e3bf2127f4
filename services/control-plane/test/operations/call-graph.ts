import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

/**
 * Who calls whom in the modules, as far as their text says it: functions by file and name, methods by class and name.
 * A name that is mentioned counts as called: it may be handed on.
 */
export type CallGraph = Map<string, { file: string; calls: Set<string>; text: string }>;

type Scope = {
  file: string;
  /** What names of the file stand for: a function of another file, or all of its functions. */
  imported: Map<string, { file: string; name: string | null }>;
  local: Set<string>;
  /** Of the class around: the classes of its fields. */
  owner?: string;
  fields?: Map<string, string>;
};

export function callGraph(folder: string): CallGraph {
  const graph: CallGraph = new Map();
  for (const file of sourcesIn(folder)) addFile(graph, folder, file);
  return graph;
}

/** A way from a node to one that `isGoal` says; null when there is none. */
export function wayTo(graph: CallGraph, from: string, isGoal: (text: string) => boolean): string[] | null {
  const ways = new Map<string, string[]>([[from, [from]]]);
  for (const [node, way] of ways) {
    const found = graph.get(node);
    if (found && isGoal(found.text)) return way;
    for (const next of found?.calls ?? []) if (!ways.has(next)) ways.set(next, [...way, next]);
  }
  return null;
}

export function* sourcesIn(folder: string): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) yield* sourcesIn(file);
    else if (file.endsWith('.ts') && !file.endsWith('.test.ts')) yield file;
  }
}

function addFile(graph: CallGraph, folder: string, file: string): void {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true);
  const name = path.relative(folder, file);
  const scope: Scope = { file: name, imported: importsOf(source, folder, file), local: new Set() };
  for (const statement of source.statements) for (const each of namesIn(statement)) scope.local.add(each.name);
  for (const statement of source.statements) {
    if (ts.isClassDeclaration(statement)) addClass(graph, scope, statement);
    else for (const { name, node } of namesIn(statement)) add(graph, `${scope.file}#${name}`, scope, node);
  }
}

function* namesIn(statement: ts.Statement): Generator<{ name: string; node: ts.Node }> {
  if (ts.isFunctionDeclaration(statement) && statement.name) yield { name: statement.name.text, node: statement };
  if (ts.isVariableStatement(statement))
    for (const each of statement.declarationList.declarations)
      if (ts.isIdentifier(each.name)) yield { name: each.name.text, node: each };
}

function addClass(graph: CallGraph, scope: Scope, node: ts.ClassDeclaration): void {
  const owner = node.name!.text;
  const fields = new Map<string, string>();
  const constructor = node.members.find(ts.isConstructorDeclaration);
  for (const { name, type } of constructor?.parameters ?? []) if (type) fields.set(name.getText(), type.getText());
  for (const member of node.members)
    if (member.name) add(graph, `${owner}.${member.name.getText()}`, { ...scope, owner, fields }, member);
  if (!constructor?.body) return;
  add(graph, `${owner}.constructor`, { ...scope, owner, fields }, constructor.body);
  // What the constructor gives to a field may be called whenever the field is.
  for (const member of node.members)
    if (ts.isPropertyDeclaration(member) && !member.initializer)
      graph.get(`${owner}.${member.name.getText()}`)!.calls.add(`${owner}.constructor`);
}

function add(graph: CallGraph, name: string, scope: Scope, node: ts.Node): void {
  const calls = new Set<string>();
  const visit = (each: ts.Node): void => {
    if (ts.isTypeNode(each)) return;
    const called = calledBy(each, scope);
    if (called) calls.add(called);
    ts.forEachChild(each, visit);
  };
  ts.forEachChild(node, visit);
  graph.set(name, { file: scope.file, calls, text: withoutComments(node) });
}

function calledBy(node: ts.Node, { file, imported, local, owner, fields }: Scope): string | null {
  if (ts.isPropertyAccessExpression(node)) {
    const { expression: of, name } = node;
    if (of.kind === ts.SyntaxKind.ThisKeyword) return fields?.has(name.text) ? null : `${owner}.${name.text}`;
    const field = ts.isPropertyAccessExpression(of) && of.expression.kind === ts.SyntaxKind.ThisKeyword && of.name.text;
    if (field && fields?.has(field)) return `${fields.get(field)}.${name.text}`;
    const from = ts.isIdentifier(of) ? imported.get(of.text) : undefined;
    return from && from.name === null ? `${from.file}#${name.text}` : null;
  }
  if (!ts.isIdentifier(node) || (ts.isPropertyAccessExpression(node.parent) && node.parent.name === node)) return null;
  const from = imported.get(node.text);
  if (from?.name) return `${from.file}#${from.name}`;
  return local.has(node.text) ? `${file}#${node.text}` : null;
}

function importsOf(source: ts.SourceFile, folder: string, file: string): Scope['imported'] {
  const imported: Scope['imported'] = new Map();
  for (const statement of source.statements) {
    if (!ts.isImportDeclaration(statement) || !statement.importClause) continue;
    const { text } = statement.moduleSpecifier as ts.StringLiteral;
    if (!text.startsWith('.')) continue;
    const from = path.relative(folder, path.resolve(path.dirname(file), text.replace(/\.js$/, '.ts')));
    const { namedBindings: names } = statement.importClause;
    if (names && ts.isNamespaceImport(names)) imported.set(names.name.text, { file: from, name: null });
    else
      for (const each of names?.elements ?? [])
        imported.set(each.name.text, { file: from, name: (each.propertyName ?? each.name).text });
  }
  return imported;
}

const withoutComments = (node: ts.Node): string => node.getText().replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
