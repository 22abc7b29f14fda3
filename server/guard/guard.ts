/**
 * The guard: a process of its own that watches the daemon and acts at the broker when there is no sign of a working one. It depends
 * on nothing but Node, so that what breaks the daemon does not break it too.
 */
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BrokerOptions, guardBroker } from './broker.ts';
import { Jobs } from './jobs.ts';
import { guardSocket, listenForDaemon } from './link.ts';
import { hear, type Judged, look, resumed, type VigilLimits, type VigilState } from './vigil.ts';

export interface GuardOptions {
  readonly home: string;
  readonly broker: BrokerOptions;
  /** What beats are signed with. */
  readonly key: Buffer;
  readonly limits: VigilLimits;
  readonly say: (facts: object, message: string) => void;
}

const stateFile = (home: string): string => join(home, 'guard.json');
const LOOK_EVERY_MS = 250;
/** The guard itself slept, or was frozen: what it did not hear meanwhile says nothing about the daemon. */
const OWN_SLEEP_MS = 2_000;
const TELL_EVERY_MS = 1_000;

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Runs until it is closed. */
export async function startGuard({ home, broker, key, limits, say }: GuardOptions): Promise<{ close(): void }> {
  const now = (): number => performance.now();
  const jobs = new Jobs({ broker: guardBroker(broker), say, pause: wait });
  let state: VigilState = remembered(home, now());
  if (state.kind === 'acted') {
    jobs.begin('suspend');
    if (state.did === 'cancelled') jobs.begin('cancelOpening');
  }
  const become = ({ state: next, actions, reason }: Judged): void => {
    const isNews =
      next.kind !== state.kind || actions.length > 0 || (next.kind !== 'away' && state.kind !== 'away' && next.life !== state.life);
    state = next;
    if (actions.includes('suspend')) setSentinel(home, reason ?? '');
    if (isNews) remember(home, next);
    if (isNews || reason !== undefined) say({ state: next.kind, actions, reason }, 'guard');
    for (const action of actions) jobs.begin(action);
  };
  const link = await listenForDaemon(guardSocket(home), key, (message) => become(hear(state, message, now(), limits)));
  let lookedAtMs = now();
  const looking = setInterval(() => {
    const slept = now() - lookedAtMs > OWN_SLEEP_MS;
    lookedAtMs = now();
    if (slept && state.kind === 'watching')
      become({ state: { ...state, wellAtMs: now() }, actions: [], reason: 'the guard itself was asleep' });
    become(look(state, now(), limits));
  }, LOOK_EVERY_MS);
  let seq = 0;
  const telling = setInterval(() => link.tell({ kind: 'guard', seq: ++seq, suspended: state.kind === 'acted' }), TELL_EVERY_MS);
  say({ home, ...limits }, 'guard watches');
  return {
    close: () => {
      clearInterval(looking);
      clearInterval(telling);
      link.close();
      rmSync(guardSocket(home), { force: true });
    },
  };
}

/** The halt of the daemon when it wakes up: existence is all that counts. */
function setSentinel(home: string, reason: string): void {
  try {
    writeFileSync(join(home, 'KILL'), `guard: ${reason}\n`, { mode: 0o600 });
  } catch {
    // The broker is told all the same.
  }
}

/** What a guard that is started again must not forget. Written best it can: a full disk is no reason not to act. */
function remember(home: string, state: VigilState): void {
  try {
    const draft = `${stateFile(home)}.draft`;
    writeFileSync(draft, JSON.stringify(state), { mode: 0o600 });
    renameSync(draft, stateFile(home));
  } catch {
    // The state in memory counts.
  }
}

function remembered(home: string, nowMs: number): VigilState {
  try {
    const kept = JSON.parse(readFileSync(stateFile(home), 'utf8')) as VigilState;
    if (kept.kind === 'acted') return { ...kept, deadSinceMs: kept.deadSinceMs === undefined ? undefined : nowMs };
    return resumed(kept.kind === 'watching' ? kept.life : undefined, nowMs);
  } catch {
    return { kind: 'away' };
  }
}
