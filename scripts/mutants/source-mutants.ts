/** Small defects of one source file: one operator, number, truth value or early return changed at a time, by its syntax tree. */
import { type Node, type SourceFile, SyntaxKind } from 'typescript/unstable/ast';
import {
  isBinaryExpression,
  isIfStatement,
  isImportDeclaration,
  isNumericLiteral,
  isPrefixUnaryExpression,
  isReturnStatement,
  isTypeNode,
} from 'typescript/unstable/ast/is';

export interface SourceMutant {
  readonly file: string;
  /** From 1 on. */
  readonly line: number;
  /** Where in the text, and how much of it is replaced by what. */
  readonly start: number;
  readonly end: number;
  readonly text: string;
  /** "`<` → `<=`". */
  readonly what: string;
  /** Its line of the file, and that line with the defect. */
  readonly before: string;
  readonly after: string;
}

/** What each operator becomes: its boundary moved, and turned round. */
const OPERATORS: ReadonlyMap<SyntaxKind, readonly string[]> = new Map([
  [SyntaxKind.LessThanToken, ['<=', '>=']],
  [SyntaxKind.LessThanEqualsToken, ['<', '>']],
  [SyntaxKind.GreaterThanToken, ['>=', '<=']],
  [SyntaxKind.GreaterThanEqualsToken, ['>', '<']],
  [SyntaxKind.EqualsEqualsEqualsToken, ['!==']],
  [SyntaxKind.ExclamationEqualsEqualsToken, ['===']],
  [SyntaxKind.AmpersandAmpersandToken, ['||']],
  [SyntaxKind.BarBarToken, ['&&']],
  [SyntaxKind.PlusToken, ['-']],
  [SyntaxKind.MinusToken, ['+']],
  [SyntaxKind.AsteriskToken, ['/']],
  [SyntaxKind.SlashToken, ['*']],
  [SyntaxKind.PlusEqualsToken, ['-=']],
]);

interface Change {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

function changesOf(node: Node, source: SourceFile): readonly Change[] {
  const whole = (text: string): Change => ({ start: node.getStart(source), end: node.end, text });
  if (isBinaryExpression(node)) {
    const { operatorToken } = node;
    const start = operatorToken.getStart(source);
    return (OPERATORS.get(operatorToken.kind) ?? []).map((text) => ({ start, end: operatorToken.end, text }));
  }
  if (node.kind === SyntaxKind.TrueKeyword) return [whole('false')];
  if (node.kind === SyntaxKind.FalseKeyword) return [whole('true')];
  if (isNumericLiteral(node)) return [whole(node.text === '0' ? '1' : `(${source.text.slice(node.getStart(source), node.end)} * 2)`)];
  if (node.kind === SyntaxKind.BigIntLiteral) return [whole(`(${source.text.slice(node.getStart(source), node.end)} + 1n)`)];
  if (isPrefixUnaryExpression(node) && (node.operator === SyntaxKind.ExclamationToken || node.operator === SyntaxKind.MinusToken))
    return [whole(`(${source.text.slice(node.operand.getStart(source), node.operand.end)})`)];
  if (isIfStatement(node) && node.elseStatement === undefined && isReturn(node.thenStatement)) return [whole(';')];
  return [];
}

const isReturn = (statement: Node): boolean => isReturnStatement(statement) || statement.kind === SyntaxKind.ContinueStatement;

const oneLine = (text: string): string => {
  const short = text.replaceAll(/\s+/g, ' ');
  return short.length > 60 ? `${short.slice(0, 57)}...` : short;
};

function mutantOf(file: string, { text: whole }: SourceFile, change: Change): SourceMutant {
  const { start, end, text } = change;
  const line = whole.slice(0, start).split('\n').length;
  const lineOf = (all: string): string => (all.split('\n')[line - 1] ?? '').trim();
  const what = `\`${oneLine(whole.slice(start, end))}\` → \`${text}\``;
  return { ...change, file, line, what, before: lineOf(whole), after: lineOf(planted(whole, change)) };
}

/** All of a file, in the order of its text. */
export function mutantsOf(file: string, source: SourceFile): SourceMutant[] {
  const found: SourceMutant[] = [];
  const visit = (node: Node): void => {
    if (isImportDeclaration(node) || isTypeNode(node)) return;
    for (const change of changesOf(node, source)) found.push(mutantOf(file, source, change));
    node.forEachChild((child) => {
      visit(child);
      return undefined;
    });
  };
  visit(source);
  return found.sort((a, b) => a.start - b.start);
}

export const planted = (original: string, { start, end, text }: Change): string => original.slice(0, start) + text + original.slice(end);
