import { globSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { parseSync } from 'oxc-parser';

/** One import or re-export, static or dynamic, of values or of types. */
export type Import = {
  specifier: string;
  /** Path from the root of the project for a relative specifier, the specifier itself otherwise. */
  target: string;
  typeOnly: boolean;
  /** The values taken, under the names by which they are exported; `*` for all of them. */
  values: readonly string[];
  line: number;
};

/** A name used in code, as `setTimeout`, `Date.now` (the last two names of a longer chain) or `new Date()`. */
export type Mention = { name: string; line: number };

export type SourceFile = {
  /** From the root of the project, with forward slashes. */
  path: string;
  imports: readonly Import[];
  mentions: readonly Mention[];
  /** The text with its comments blanked out; lines stay where they are. */
  code: string;
};

/** Reads all TypeScript of the project below `root`. Throws when there is none: a check that sees nothing proves nothing. */
export function readSourceFiles(root: string): SourceFile[] {
  const patterns = ['packages/*/src/**/*.{ts,tsx}', 'scripts/**/*.ts', 'bench/**/*.ts', 'test/**/*.ts'];
  const paths = globSync(patterns, { cwd: root }).map((path) => path.replaceAll('\\', '/'));
  if (paths.length === 0) throw new Error(`no TypeScript files below ${root}`);
  return paths.toSorted().map((path) => parseSource(path, readFileSync(posix.join(root, path), 'utf8')));
}

/** Parses one file. Throws for text that is not TypeScript, since a half-read file would hide imports. */
export function parseSource(path: string, text: string): SourceFile {
  const parsed = parseSync(path, text, { sourceType: 'module' });
  const [problem] = parsed.errors;
  if (problem !== undefined) throw new Error(`${path}: ${problem.message}`);

  const lineAt = lineFinder(text);
  const imports: Import[] = [];
  const mentions: Mention[] = [];
  walk(parsed.program, {
    import: (specifier, taken, offset) =>
      imports.push({ specifier, target: resolve(path, specifier), ...taken, line: lineAt(offset) }),
    mention: (name, offset) => mentions.push({ name, line: lineAt(offset) }),
  });
  return { path, imports, mentions, code: blank(text, parsed.comments) };
}

function resolve(from: string, specifier: string): string {
  return specifier.startsWith('.') ? posix.join(posix.dirname(from), specifier) : specifier;
}

function lineFinder(text: string): (offset: number) => number {
  return (offset) => text.slice(0, offset).split('\n').length;
}

function blank(text: string, comments: readonly { start: number; end: number }[]): string {
  let code = text;
  for (const { start, end } of comments) {
    code = code.slice(0, start) + code.slice(start, end).replaceAll(/[^\n]/g, ' ') + code.slice(end);
  }
  return code;
}

type Findings = {
  import: (specifier: string, taken: Taken, offset: number) => void;
  mention: (name: string, offset: number) => void;
};

type Taken = Pick<Import, 'typeOnly' | 'values'>;

/** The parser's nodes are ESTree objects; only the few fields read below matter here. */
type Node = { type: string; start: number; [field: string]: unknown };

function walk(node: unknown, found: Findings): void {
  if (Array.isArray(node)) return node.forEach((child) => walk(child, found));
  if (!isNode(node)) return;

  switch (node.type) {
    case 'ImportDeclaration':
    case 'ExportNamedDeclaration':
    case 'ExportAllDeclaration':
      visitDeclaration(node, found);
      break;
    case 'ImportExpression':
    case 'TSImportType': {
      const specifier = textOf(node['source']);
      const typeOnly = node.type === 'TSImportType';
      if (specifier !== undefined) found.import(specifier, { typeOnly, values: typeOnly ? [] : ['*'] }, node.start);
      break;
    }
    case 'MemberExpression': {
      const name = `${lastName(node['object'])}.${lastName(node)}`;
      found.mention(name, node.start);
      walk(node['object'], found);
      if (node['computed'] === true) walk(node['property'], found);
      return;
    }
    case 'VariableDeclarator':
      for (const name of destructured(node)) found.mention(name, node.start);
      break;
    case 'NewExpression':
      if (lastName(node['callee']) === 'Date' && isEmpty(node['arguments'])) found.mention('new Date()', node.start);
      break;
    case 'CallExpression':
      if (lastName(node['callee']) === 'Date') found.mention('new Date()', node.start);
      break;
    case 'Identifier':
      if (typeof node['name'] === 'string') found.mention(node['name'], node.start);
      break;
    default:
  }

  const isKey = node['computed'] !== true && 'key' in node && node['shorthand'] !== true;
  for (const [field, child] of Object.entries(node)) {
    if (field === 'key' && isKey) continue;
    walk(child, found);
  }
}

function visitDeclaration(node: Node, found: Findings): void {
  const specifier = textOf(node['source']);
  if (specifier === undefined) return;
  found.import(specifier, takenBy(node), node.start);
}

function takenBy(node: Node): Taken {
  if (isType(node)) return { typeOnly: true, values: [] };
  // `export * from` has no list of names; `import '…'` has an empty one and still runs the file.
  if (!Array.isArray(node['specifiers'])) return { typeOnly: false, values: ['*'] };
  const names = node['specifiers'].filter(isNode);
  const values = names.filter((name) => !isType(name)).map(exportedName);
  return { typeOnly: names.length > 0 && values.length === 0, values };
}

function isType(node: Node): boolean {
  return node['importKind'] === 'type' || node['exportKind'] === 'type';
}

function exportedName(specifier: Node): string {
  if (specifier.type === 'ImportDefaultSpecifier') return 'default';
  if (specifier.type === 'ImportNamespaceSpecifier') return '*';
  const name = specifier.type === 'ExportSpecifier' ? specifier['local'] : specifier['imported'];
  return textOf(name) ?? lastName(name);
}

/** `const { env } = process` reads process.env as well. */
function destructured(node: Node): string[] {
  const { id, init } = node;
  if (!isNode(id) || id.type !== 'ObjectPattern' || !isNode(init) || !Array.isArray(id['properties'])) return [];
  return id['properties'].filter(isNode).map((property) => `${lastName(init)}.${lastName(property['key'])}`);
}

function lastName(node: unknown): string {
  if (!isNode(node)) return '';
  if (node.type === 'Identifier') return String(node['name']);
  if (node.type === 'ChainExpression') return lastName(node['expression']);
  if (node.type !== 'MemberExpression') return '';
  return node['computed'] === true ? (textOf(node['property']) ?? '') : lastName(node['property']);
}

function textOf(node: unknown): string | undefined {
  return isNode(node) && node.type === 'Literal' && typeof node['value'] === 'string' ? node['value'] : undefined;
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}

function isEmpty(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}
