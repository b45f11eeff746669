import { parseSync } from '@swc/core';
import type { Change, Mutant } from './mutant.ts';
import { sqlChanges } from './sql-changes.ts';

interface SyntaxNode {
  type: string;
  span?: { start: number; end: number };
  [key: string]: unknown;
}

const swapped = new Map(
  Object.entries({
    '<': '<=',
    '<=': '<',
    '>': '>=',
    '>=': '>',
    '===': '!==',
    '!==': '===',
    '&&': '||',
    '||': '&&',
    '??': '&&',
    '+': '-',
    '-': '+',
    '*': '/',
    '/': '*',
    '%': '*',
  }),
);

/** Observers, counters, log messages and error names guard nothing. */
const notForMoney = /^(log|observer|console|tell|note|onCall)\b/;

/** All mutants of a source, in the order of their places. */
export function mutantsOf(file: string, source: string): Mutant[] {
  const { root, textAt, offsetOf } = parse(source);
  const changes: Change[] = [];
  const visit = (node: SyntaxNode): void => {
    if (isTypeOnly(node)) return;
    const [start, end] = offsetOf(node);
    if (node.type === 'CallExpression' && notForMoney.test(textAt(start, end))) return;
    changes.push(...changesAt({ node, source, offsetOf }));
    for (const child of childrenOf(node)) visit(child);
  };
  visit(root);
  return named(file, source, changes);
}

interface View {
  node: SyntaxNode;
  source: string;
  offsetOf: (node: SyntaxNode) => readonly [start: number, end: number];
}

function changesAt(view: View): Change[] {
  const { node, source, offsetOf } = view;
  const [start, end] = offsetOf(node);
  const replace = (operator: string, part: unknown, replacement: (text: string) => string) => {
    if (!isNode(part)) return [];
    const [from, to] = offsetOf(part);
    return [{ operator, start: from, end: to, replacement: replacement(source.slice(from, to)) }];
  };
  const whole = (operator: string, replacement: string) => [{ operator, start, end, replacement }];
  switch (node.type) {
    case 'IfStatement':
    case 'ConditionalExpression':
      return [
        ...replace('condition false', node.test, () => 'false'),
        ...replace('condition true', node.test, () => 'true'),
      ];
    case 'BinaryExpression':
      return operatorChanges(view);
    case 'UnaryExpression':
      return node.operator === '!'
        ? replace('negation removed', node, () => source.slice(start + 1, end))
        : [];
    case 'ExpressionStatement':
      return /^((?:void |await )?(log|observer|console)\b|this\.name = )/.test(
        source.slice(start, end),
      )
        ? []
        : whole('statement removed', ';');
    case 'ThrowStatement':
      return whole('throw removed', ';');
    case 'ContinueStatement':
    case 'BreakStatement':
      return whole(`${node.type === 'BreakStatement' ? 'break' : 'continue'} removed`, ';');
    case 'AwaitExpression':
      return replace('await removed', node, (text) => text.replace(/^await\s+/, ''));
    case 'ReturnStatement':
      // Replacing it by `false` would be equivalent; `true` is a separate change.
      return node.argument && !isFalse(node.argument)
        ? replace('returns undefined', node.argument, () => 'undefined')
        : [];
    case 'ArrowFunctionExpression':
      return replace('function emptied', node.body, () => 'undefined');
    case 'BooleanLiteral':
      return whole('boolean flipped', node.value === true ? 'false' : 'true');
    case 'CallExpression':
      return callChanges(view);
    case 'TemplateLiteral':
    case 'StringLiteral':
      return sqlChanges(source.slice(start, end), start);
    default:
      return [];
  }
}

function operatorChanges({ node, source, offsetOf }: View): Change[] {
  const operator = String(node.operator);
  const other = swapped.get(operator);
  if (!other || !isNode(node.left) || !isNode(node.right)) return [];
  const isText = (part: SyntaxNode) => /^(Template|String)Literal$/.test(part.type);
  if (isText(node.left) || isText(node.right)) {
    if (!/[=&|?]/.test(operator)) return [];
  }
  const from = offsetOf(node.left)[1];
  const to = offsetOf(node.right)[0];
  const start = from + source.slice(from, to).indexOf(operator);
  const end = start + operator.length;
  const runsAt = offsetOf(node.left)[0];
  return [{ operator: `${operator} to ${other}`, start, end, replacement: other, runsAt }];
}

const methodSwaps = new Map([
  ['some', 'every'],
  ['every', 'some'],
  ['max', 'min'],
  ['min', 'max'],
  ['all', 'allSettled'],
]);

function callChanges({ node, offsetOf }: View): Change[] {
  const callee = node.callee;
  if (!isNode(callee) || callee.type !== 'MemberExpression') return [];
  const { property, object } = callee;
  if (!isNode(property) || !isNode(object)) return [];
  const name = String(property.value);
  const [start, end] = offsetOf(property);
  const changes: Change[] = [];
  const other = methodSwaps.get(name);
  if (other) {
    changes.push({ operator: `${name} to ${other}`, start, end, replacement: other });
  }
  if (name === 'filter' || name === 'slice') {
    const from = offsetOf(object)[1];
    const to = offsetOf(node)[1];
    changes.push({ operator: `${name} removed`, start: from, end: to, replacement: '' });
  }
  return changes;
}

function named(file: string, source: string, changes: Change[]): Mutant[] {
  const seen = new Map<string, number>();
  const mutants: Mutant[] = [];
  for (const change of changes.toSorted((one, other) => one.start - other.start)) {
    const original = source.slice(change.start, change.end);
    if (original === change.replacement) continue;
    const before = source.slice(0, change.start).split('\n');
    const line = before.length;
    const name = `${file}:${line}:${(before.at(-1)?.length ?? 0) + 1} ${change.operator}`;
    const times = (seen.get(name) ?? 0) + 1;
    seen.set(name, times);
    const id = times === 1 ? name : `${name} (${times})`;
    mutants.push({ runsAt: change.start, ...change, id, file, line, original });
  }
  return mutants;
}

function parse(source: string) {
  // Offsets continue from one parse to the next: the first statement gives the start.
  const prefix = '0;';
  const program = parseSync(prefix + source, { syntax: 'typescript', target: 'es2024' });
  const [first, ...body] = program.body as unknown as SyntaxNode[];
  const base = (first?.span?.start ?? 0) + prefix.length;
  const bytes = Buffer.from(source);
  const isAscii = bytes.length === source.length;
  const toOffset = (position: number) =>
    isAscii ? position - base : bytes.subarray(0, position - base).toString().length;
  const offsetOf = ({ span }: SyntaxNode) =>
    span ? ([toOffset(span.start), toOffset(span.end)] as const) : ([0, source.length] as const);
  const root: SyntaxNode = { type: 'Body', body };
  return { root, offsetOf, textAt: (start: number, end: number) => source.slice(start, end) };
}

function isNode(value: unknown): value is SyntaxNode {
  return typeof value === 'object' && value !== null && 'type' in value && 'span' in value;
}

function childrenOf(node: SyntaxNode): SyntaxNode[] {
  const children: SyntaxNode[] = [];
  const collect = (value: unknown): void => {
    if (Array.isArray(value)) for (const item of value) collect(item);
    else if (isNode(value)) children.push(value);
    // An argument, a property of an object and some others have no span of their own.
    else if (typeof value === 'object' && value !== null) collect(Object.values(value));
  };
  for (const [key, value] of Object.entries(node)) {
    if (key !== 'span' && key !== 'typeAnnotation' && key !== 'typeParams') collect(value);
  }
  return children;
}

function isFalse(part: unknown): boolean {
  return isNode(part) && part.type === 'BooleanLiteral' && part.value === false;
}

function isTypeOnly({ type }: SyntaxNode): boolean {
  if (type === 'ImportDeclaration') return true;
  return type.startsWith('Ts') && !/^Ts(As|NonNull|Satisfies)Expression$/.test(type);
}
