/**
 * Answers as they were some time ago. While stale reads are armed it remembers a state and the inputs since, not much
 * longer than a read may be old; to answer, the exchange itself is taken back there for a moment.
 */
import type { Instant } from '../../domain/time.ts';
import type { Exchange } from '../contract.ts';
import type { Checkpoint } from '../history-part.ts';
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
  /** How old a read may be at most, or nothing when none will be asked for. */
  readonly longestMs: () => number | undefined;
}

interface Input {
  readonly wallAt: number;
  readonly at: Instant;
  readonly request: ChangeRequest | undefined;
}

/** A state, and which of the remembered inputs came after it. */
interface Base {
  readonly takenAt: number;
  readonly checkpoint: Checkpoint;
  readonly inputsFrom: number;
}

export function createStaleView({ exchange, wall, longestMs }: StaleViewOptions): StaleView {
  let base: Base | undefined;
  /** Takes the place of the base when it is itself older than any read. */
  let next: Base | undefined;
  let inputs: Input[] = [];
  const take = (takenAt: number): Base => ({ takenAt, checkpoint: exchange.checkpoint(), inputsFrom: inputs.length });
  const forget = (): void => {
    base = undefined;
    next = undefined;
    inputs = [];
  };
  const renew = (now: number, ms: number): void => {
    base ??= take(now);
    if (now - (next ?? base).takenAt <= ms) return;
    if (next) {
      inputs = inputs.slice(next.inputsFrom);
      base = next;
    }
    next = take(now);
  };
  return {
    forget,
    before: (at, request) => {
      const ms = longestMs();
      if (ms === undefined) {
        if (base !== undefined) forget();
        return;
      }
      renew(wall(), ms);
      inputs.push({ wallAt: wall(), at, request });
    },
    answer: (request, ageMs) => {
      const fresh = exchange.checkpoint();
      const until = wall() - ageMs;
      exchange.resume(base?.checkpoint ?? fresh);
      const passed = inputs.findIndex(({ wallAt }) => wallAt > until);
      for (const input of inputs.splice(0, passed < 0 ? inputs.length : passed)) repeat(exchange, input);
      if (base !== undefined) base = { takenAt: until, checkpoint: exchange.checkpoint(), inputsFrom: 0 };
      next = undefined;
      const reply = exchange.handle(request, exchange.now());
      const body = reply.json();
      exchange.resume(fresh);
      return { status: reply.status, body };
    },
  };
}

function repeat(exchange: Exchange, { at, request }: Input): void {
  if (request) exchange.handle(request, at);
  else exchange.advance(at);
  exchange.drain();
}
