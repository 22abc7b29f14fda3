/**
 * The dead-man's switch as a fold: beats and time in, what to do out. Silent for ten seconds: suspend and halt. For thirty:
 * cancel what opens. What was done is undone by an operator alone; a daemon that comes back changes nothing by itself.
 */
import type { Beat, FromDaemon, Word } from './beat.ts';

export interface VigilLimits {
  readonly suspendAfterMs: number;
  readonly cancelAfterMs: number;
  /** A turn of the loop that is older, a timer that is later, books that are longer unproven: as good as no beat. */
  readonly maxTurnAgeMs: number;
  readonly maxLoopLagMs: number;
  readonly maxReconcileAgeMs: number;
}

export const DEFAULT_LIMITS: VigilLimits = {
  suspendAfterMs: 10_000,
  cancelAfterMs: 30_000,
  maxTurnAgeMs: 5_000,
  maxLoopLagMs: 2_000,
  maxReconcileAgeMs: 120_000,
};

/** `away`: no daemon has come yet, or the last one stood down. */
export type VigilState =
  | { readonly kind: 'away' }
  | { readonly kind: 'watching'; readonly life: string; readonly seq: number; readonly wellAtMs: number }
  | {
      readonly kind: 'acted';
      readonly did: 'suspended' | 'cancelled';
      /** The last sign of work; nothing: it stood down. */
      readonly deadSinceMs: number | undefined;
      readonly life: string;
      readonly seq: number;
    };

export type Action = 'suspend' | 'cancelOpening' | 'lift';

export interface Judged {
  readonly state: VigilState;
  readonly actions: readonly Action[];
  /** Why, where something is done or a beat did not count. */
  readonly reason?: string;
}

const ARMED_LEVELS = ['armed', 'reduceOnly'];

/** Where a guard begins that was started again: a daemon that was watched and did not stand down counts from now on. */
export const resumed = (life: string | undefined, nowMs: number): VigilState =>
  life === undefined ? { kind: 'away' } : { kind: 'watching', life, seq: -1, wellAtMs: nowMs };

export function hear(state: VigilState, message: FromDaemon, nowMs: number, limits: VigilLimits): Judged {
  const isOld = state.kind !== 'away' && message.life === state.life && message.seq <= state.seq;
  if (isOld) return { state, actions: [], reason: 'a message that was heard before' };
  if (message.kind !== 'beat') return obey(state, message, nowMs);
  const { life, seq } = message;
  const ill = illness(message, limits);
  if (state.kind === 'acted') {
    const isArmed = ARMED_LEVELS.includes(message.level);
    const why = ill ?? (isArmed ? `the daemon is at ${message.level} although the guard has suspended` : undefined);
    // One that is back and held is no longer dead; one that opens again against the guard is as good as dead.
    const deadSinceMs = why === undefined ? nowMs : (state.deadSinceMs ?? nowMs);
    return { state: { ...state, life, seq, deadSinceMs }, actions: [], ...reasonOf(why) };
  }
  if (ill !== undefined && state.kind === 'watching') return { state: { ...state, life, seq }, actions: [], reason: ill };
  return { state: { kind: 'watching', life, seq, wellAtMs: nowMs }, actions: [], ...reasonOf(ill) };
}

function obey(state: VigilState, { kind, life, seq }: Word, nowMs: number): Judged {
  if (kind === 'sever') {
    const acted = { kind: 'acted', did: 'cancelled', deadSinceMs: undefined, life, seq } as const;
    return { state: acted, actions: ['suspend', 'cancelOpening'], reason: 'severed by the daemon' };
  }
  // What the guard did stands until it is lifted.
  if (kind === 'standDown')
    return { state: state.kind === 'acted' ? { ...state, life, seq, deadSinceMs: undefined } : { kind: 'away' }, actions: [] };
  if (state.kind !== 'acted') return { state, actions: [], reason: 'nothing is to be lifted' };
  return { state: { kind: 'watching', life, seq, wellAtMs: nowMs }, actions: ['lift'], reason: 'released by an operator' };
}

const reasonOf = (reason: string | undefined): { reason?: string } => (reason === undefined ? {} : { reason });

function illness({ turnAgeMs, loopLagMs, reconcileAgeMs }: Beat, limits: VigilLimits): string | undefined {
  if (turnAgeMs > limits.maxTurnAgeMs) return `the daemon's loop took its last turn ${turnAgeMs} ms ago`;
  if (loopLagMs > limits.maxLoopLagMs) return `the daemon's timers are ${loopLagMs} ms late`;
  if (reconcileAgeMs > limits.maxReconcileAgeMs) return `the daemon's books were last proven ${reconcileAgeMs} ms ago`;
  return undefined;
}

/** Time passed. */
export function look(state: VigilState, nowMs: number, limits: VigilLimits): Judged {
  if (state.kind === 'watching' && nowMs - state.wellAtMs >= limits.suspendAfterMs) {
    const { life, seq, wellAtMs } = state;
    const reason = `no sign of a working daemon for ${Math.round(nowMs - wellAtMs)} ms`;
    return { state: { kind: 'acted', did: 'suspended', deadSinceMs: wellAtMs, life, seq }, actions: ['suspend'], reason };
  }
  if (state.kind === 'acted' && state.did === 'suspended' && state.deadSinceMs !== undefined) {
    const deadMs = Math.round(nowMs - state.deadSinceMs);
    if (deadMs >= limits.cancelAfterMs) {
      return { state: { ...state, did: 'cancelled' }, actions: ['cancelOpening'], reason: `no sign of a working daemon for ${deadMs} ms` };
    }
  }
  return { state, actions: [] };
}
