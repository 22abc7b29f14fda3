/**
 * Answers as they were some time ago. While stale reads are armed it remembers a state and the inputs since; to answer,
 * the exchange itself is taken back there for a moment.
 */
import type { Instant } from '../../domain/time.ts';
import type { Exchange } from '../contract.ts';
import type { ChangeRequest, ExchangeRequest } from '../requests.ts';

export interface StaleView {
  /** Called before each input, so that the state before it can be kept. */
  before(at: Instant, request?: ChangeRequest): void;
  answer(request: ExchangeRequest, ageMs: number): { status: number; body: unknown };
  /** Forgets: after a jump to another state, or when nobody needs it any more. */
  forget(): void;
}

export interface StaleViewOptions {
  readonly exchange: Exchange;
  readonly wall: () => number;
  readonly isWanted: () => boolean;
}

interface Input {
  readonly wallAt: number;
  readonly at: Instant;
  readonly request: ChangeRequest | undefined;
}

export function createStaleView({ exchange, wall, isWanted }: StaleViewOptions): StaleView {
  let base: string | undefined;
  let inputs: Input[] = [];
  const forget = (): void => {
    base = undefined;
    inputs = [];
  };
  return {
    forget,
    before: (at, request) => {
      if (!isWanted()) {
        if (base !== undefined) forget();
        return;
      }
      base ??= exchange.snapshot();
      inputs.push({ wallAt: wall(), at, request });
    },
    answer: (request, ageMs) => {
      const fresh = exchange.snapshot();
      const until = wall() - ageMs;
      exchange.restore(base ?? fresh);
      const passed = inputs.findIndex(({ wallAt }) => wallAt > until);
      for (const input of inputs.splice(0, passed < 0 ? inputs.length : passed)) repeat(exchange, input);
      if (base !== undefined) base = exchange.snapshot();
      const reply = exchange.handle(request, exchange.now());
      const body = reply.json();
      exchange.restore(fresh);
      return { status: reply.status, body };
    },
  };
}

function repeat(exchange: Exchange, { at, request }: Input): void {
  if (request) exchange.handle(request, at);
  else exchange.advance(at);
  exchange.drain();
}
