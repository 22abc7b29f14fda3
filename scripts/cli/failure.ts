/** Why a command failed, for people and for programs; never a stack. */
import { EXIT } from './verb.ts';

export class Failure extends Error {
  /** For programs to compare. */
  readonly code: string;
  /** What to do about it. */
  readonly hint: string;
  readonly exitCode: number;
  /** More of it for programs, beside code, message and hint. */
  readonly facts: object;

  constructor({ code, message, hint, exitCode = EXIT.failed, facts = {} }: FailureFacts) {
    super(message);
    this.name = 'Failure';
    this.code = code;
    this.hint = hint;
    this.exitCode = exitCode;
    this.facts = facts;
  }
}

export interface FailureFacts {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
  readonly exitCode?: number;
  readonly facts?: object;
}

export const misuse = (message: string, hint: string): Failure => new Failure({ code: 'usage', message, hint, exitCode: EXIT.usage });

/** Makes a Failure of whatever was thrown; errors of ours bring their own remedy. */
export function failureOf(error: unknown): Failure {
  if (error instanceof Failure) return error;
  const message = withoutCredentials(error instanceof Error ? error.message : String(error));
  const hint = textIn(error, 'hint') ?? textIn(error, 'remedy');
  const code = textIn(error, 'reason') ?? textIn(error, 'code') ?? 'failed';
  if (hint === undefined)
    return new Failure({ code, message, hint: 'run "tradar doctor"; it looks for what is wrong and says what to do' });
  // Such errors end with their remedy; it is not said twice.
  const alone = [`; ${hint}`, `: ${hint}`].reduce((text, tail) => (text.endsWith(tail) ? text.slice(0, -tail.length) : text), message);
  return new Failure({ code, message: alone, hint, facts: factsIn(error) });
}

function factsIn(error: unknown): object {
  const facts = typeof error === 'object' && error !== null && 'facts' in error ? error.facts : undefined;
  return typeof facts === 'object' && facts !== null ? facts : {};
}

function textIn(error: unknown, key: string): string | undefined {
  if (typeof error !== 'object' || error === null || !(key in error)) return undefined;
  const value = (error as Record<string, unknown>)[key];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** A library's message may repeat a URL with its password. */
const withoutCredentials = (text: string): string => text.replace(/\b([a-z][a-z0-9+.-]*:\/\/)[^\s/"']*@/gi, '$1***@');
