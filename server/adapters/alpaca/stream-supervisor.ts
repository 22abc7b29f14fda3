/**
 * Keeps one stream alive. The SDK's own reconnecting stops for good after some errors and can wait for ever on a silent
 * server, so each attempt is a new stream with a limit on every step, and a drop is followed by a new attempt for as long as
 * the daemon lives. It is told as live only after the server acknowledged the subscription and the owner caught up.
 */
import type { Feed } from '#server/engine/event.ts';
import type { Log, Tell } from '#server/runtime/ports.ts';
import type { OpenStream } from './client.ts';

/** What all streams of the SDK have in common, as far as it is needed here. */
export interface SdkStream {
  connect(): void;
  onStateChange(listener: (state: string) => void): unknown;
  onError(listener: (text: string) => void): unknown;
  on(event: 'subscription', listener: (acknowledged: unknown) => void): unknown;
}

export interface StreamTiming {
  /** For the handshake, for the authentication and for the acknowledgement, each. */
  readonly stepMs: number;
  readonly firstPauseMs: number;
  readonly longestPauseMs: number;
  /** At least so long after "too many connections": the slot of a half-dead socket is held for a while. */
  readonly crowdedPauseMs: number;
  /** A link that lived so long was well. Before that its end is one more failure: who drops us at once is not asked ever faster. */
  readonly steadyAfterMs: number;
}

export const STREAM_TIMING: StreamTiming = {
  stepMs: 10_000,
  firstPauseMs: 500,
  longestPauseMs: 60_000,
  crowdedPauseMs: 5_000,
  steadyAfterMs: 30_000,
};

/** One connection; of no effect once it is over. */
export interface Link {
  fail(reason: string): void;
  /** Runs a listener's work; what it throws is logged, for the SDK would swallow it. */
  guard(work: () => void): void;
}

export interface SupervisorOptions<S extends SdkStream> {
  readonly feed: Feed;
  readonly open: () => OpenStream<S>;
  /** Adds listeners and names the subscriptions, before the stream connects. */
  readonly prepare: (stream: S, link: Link) => void;
  /** The subscription stands. Live once this resolves, or at once without it; a rejection ends the attempt. */
  readonly catchUp?: () => Promise<void>;
  /** After each return to life, the first included. */
  readonly onLive: () => void;
  readonly tell: Tell;
  readonly log: Log;
  readonly timing?: Partial<StreamTiming> | undefined;
  /** 0 to 1. */
  readonly random?: (() => number) | undefined;
  /** Milliseconds of a clock that does not go back. */
  readonly wall?: (() => number) | undefined;
}

export interface Supervisor {
  start(): void;
  stop(): void;
  /** Ends the connection, or the attempt at one, and makes another: with what the client has by then. */
  renew(reason: string): void;
  /** The link that is live now. */
  current(): Link | undefined;
}

const CROWDED = /connection limit|\b429\b|\b406\b/i;
const RETRY_AFTER = /retry after (\d+) s/;
/** A server that wants to be left alone for longer is asked all the same. */
const LONGEST_WISH_MS = 300_000;

/** How long the server itself said it wants to be left alone. */
const wishedPauseMs = (reason: string): number => Math.min(Number(RETRY_AFTER.exec(reason)?.[1] ?? 0) * 1_000, LONGEST_WISH_MS);

const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

function pauseMs(timing: StreamTiming, random: () => number, failures: number, reason: string): number {
  const base = Math.min(timing.firstPauseMs * 2 ** failures, timing.longestPauseMs) * (0.5 + random() / 2);
  const crowded = CROWDED.test(reason) ? timing.crowdedPauseMs * (1 + random() / 4) : 0;
  return Math.max(base, crowded, wishedPauseMs(reason));
}

export function superviseStream<S extends SdkStream>(options: SupervisorOptions<S>): Supervisor {
  const { feed, tell, log, random = Math.random, wall = () => performance.now() } = options;
  const timing = { ...STREAM_TIMING, ...options.timing };
  let isStopped = true;
  let isToldLost = false;
  let failures = 0;
  let pause: NodeJS.Timeout | undefined;
  let drop: (() => void) | undefined;
  let live: Link | undefined;
  let liveSince = 0;

  const lose = (reason: string): void => {
    if (live !== undefined && wall() - liveSince >= timing.steadyAfterMs) failures = 0;
    live = undefined;
    drop = undefined;
    if (!isToldLost) tell({ kind: 'feedLost', feed, reason });
    isToldLost = true;
    const waitMs = pauseMs(timing, random, failures++, reason);
    log.warn({ feed, reason, waitMs: Math.round(waitMs) }, 'a stream is down');
    pause = setTimeout(attempt, waitMs);
  };
  const revive = (link: Link): void => {
    live = link;
    liveSince = wall();
    isToldLost = false;
    log.info({ feed }, 'a stream is live');
    tell({ kind: 'feedRestored', feed });
    options.onLive();
  };
  const attempt = (): void => {
    try {
      drop = connectOnce(options, timing.stepMs, { lose, revive });
    } catch (error) {
      lose(wordsOf(error));
    }
  };
  return {
    start: () => {
      if (!isStopped) return;
      isStopped = false;
      attempt();
    },
    stop: () => {
      isStopped = true;
      clearTimeout(pause);
      live = undefined;
      drop?.();
      drop = undefined;
    },
    renew: (reason) => {
      // Where none is, the next attempt waits already.
      if (drop === undefined) return;
      drop();
      lose(reason);
    },
    current: () => live,
  };
}

interface Fate {
  lose(reason: string): void;
  revive(link: Link): void;
}

/** What is awaited next, and no longer than so. */
function timeSteps(stepMs: number, fail: (reason: string) => void) {
  let timer: NodeJS.Timeout | undefined;
  return {
    done: (): void => clearTimeout(timer),
    expect: (what: string): void => {
      clearTimeout(timer);
      timer = setTimeout(() => fail(`no ${what} within ${stepMs} ms`), stepMs);
    },
  };
}

/** One attempt, from the handshake to the drop; the returned function ends it without a word. */
function connectOnce<S extends SdkStream>(options: SupervisorOptions<S>, stepMs: number, fate: Fate): () => void {
  const { feed, log } = options;
  const { stream, end } = options.open();
  let isOver = false;
  let isLive = false;
  let lastError: string | undefined;

  const finish = (): boolean => {
    if (isOver) return false;
    isOver = true;
    step.done();
    end();
    return true;
  };
  const fail = (reason: string): void => {
    if (finish()) fate.lose(reason);
  };
  const step = timeSteps(stepMs, fail);
  const link: Link = {
    fail,
    guard: (work) => {
      if (isOver) return;
      try {
        work();
      } catch (error) {
        log.error({ feed, err: error }, 'a message of a stream could not be worked on');
      }
    },
  };
  const onState = (state: string): void => {
    if (state === 'connected') step.expect('answer to the authentication');
    else if (state === 'authenticated') step.expect('acknowledgement of the subscription');
    else if (state === 'disconnected') fail(lastError ?? 'the connection was closed');
  };
  const onError = (text: string): void => {
    lastError = text;
    // In mid-life a message that could not be read is no reason to lose the others.
    if (!isLive || CROWDED.test(text)) fail(text);
    else log.warn({ feed, reason: text }, 'a stream complains');
  };
  const onAcknowledged = async (): Promise<void> => {
    if (isOver || isLive) return;
    isLive = true;
    step.done();
    try {
      if (options.catchUp !== undefined) await options.catchUp();
      if (!isOver) fate.revive(link);
    } catch (error) {
      fail(wordsOf(error));
    }
  };
  stream.onStateChange((state) => link.guard(() => onState(state)));
  stream.onError((text) => link.guard(() => onError(text)));
  stream.on('subscription', () => void onAcknowledged());
  options.prepare(stream, link);
  step.expect('connection');
  stream.connect();
  return () => void finish();
}
