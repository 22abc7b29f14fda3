/** What a route of the control side is, and the words that its bodies are made of. */
import { z } from 'zod';
import type { ChangeRequest } from '../requests.ts';
import { type ControlCall, Misuse, type Steered } from './control-call.ts';

export interface Control {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly summary: string;
  readonly body?: z.ZodType;
  run(steered: Steered, call: ControlCall): unknown;
}

/** Keeps a route's schema and what it does with the result together. */
export function route<S extends z.ZodType>(
  path: string,
  summary: string,
  body: S,
  run: (steered: Steered, body: z.output<S>, call: ControlCall) => unknown,
): Control {
  return { method: 'POST', path, summary, body, run: (steered, call) => run(steered, call.body as z.output<S>, call) };
}

export const look = (path: string, summary: string, run: Control['run']): Control => ({ method: 'GET', path, summary, run });
export const remove = (path: string, summary: string, run: Control['run']): Control => ({ method: 'DELETE', path, summary, run });

export const decimal = z
  .union([z.string().regex(/^\d{1,15}(\.\d{1,9})?$/, 'must be a decimal like "100000.50"'), z.number().min(0).max(1e12).transform(String)])
  .describe('a decimal, as text or number');
export const symbol = z.string().min(1).max(32);

/** The core's answer; what it refuses is refused here with the same words. */
export function ask({ server }: Steered, request: ChangeRequest): unknown {
  let answer: unknown;
  let status = 0;
  server.driver.ask(request, (replied, body) => {
    status = replied;
    answer = body;
  });
  if (status < 400) return answer;
  throw new Misuse(status, typeof answer === 'object' && answer !== null && 'message' in answer ? String(answer.message) : 'refused');
}
