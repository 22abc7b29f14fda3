/**
 * Releases the kill switch: the sentinel goes first, because the daemon refuses while it stands; it comes back when the release fails. It goes
 * for the account's latch alone, and when a daemon holds that: where this call is ended in between, the latch stands.
 */
import { renameSync, rmSync } from 'node:fs';
import { sentinelIsSet, sentinelPath } from '#server/adapters/sentinel.ts';
import type { Daemon } from '#server/api/client.ts';
import { readHome } from './configured.ts';
import { withDaemon } from './daemon.ts';
import { misuse } from './failure.ts';
import { type Call, EXIT } from './verb.ts';

const OF_ENGAGING = ['level', 'scope', 'reason'] as const;
const LATCH = /^[1-9]\d{0,14}$/;

export async function release(call: Call): Promise<number> {
  const latch = call.text('latch') ?? '';
  const note = call.text('note')?.trim() ?? '';
  const phrase = call.text('phrase')?.trim() ?? '';
  if (call.has('direct') || OF_ENGAGING.some((flag) => call.text(flag) !== undefined))
    throw misuse('--release goes with --latch, --note and --phrase only', 'leave out the others; the latch says what it is of');
  if (latch !== '' && !LATCH.test(latch))
    throw misuse(`--latch ${latch} is not a number`, 'take the number from "tradar status"; it names the latch that you mean');
  if (latch === '') throw misuse('--release needs --latch N', 'take the number from "tradar status"; it names the latch that you mean');
  if (note === '') throw misuse('--release needs --note TEXT', 'say why it is safe again; it goes into the journal');
  if (phrase === '') throw misuse('--release needs --phrase TEXT', 'type what "tradar status" shows for that latch: release LEVEL N');
  const home = readHome(call);
  const state = await withDaemon(home, ({ trpc }) => released(trpc, home, { latchId: Number(latch), note, phrase }));
  call.print(call.json ? JSON.stringify(state) : `kill switch is ${state.level}`);
  return EXIT.done;
}

async function released(trpc: Daemon['trpc'], home: string, wish: { latchId: number; note: string; phrase: string }) {
  const { scopes, sources } = await trpc.killSwitch.state.query();
  const isOfAccount = scopes.some(({ scope, latchId }) => scope === 'account' && latchId === wish.latchId);
  // One that the daemon has not seen yet was set a moment ago: nobody has looked at why.
  const isSeen = sources.sentinel !== 'armed' && sentinelIsSet(home);
  const taken = isOfAccount && isSeen ? takeSentinel(home) : undefined;
  try {
    const state = await trpc.killSwitch.release.mutate(wish);
    taken?.forget();
    return state;
  } catch (error) {
    taken?.putBack();
    throw error;
  }
}

/** By renaming: whatever it is, it comes back as it was, also on a full disk. */
function takeSentinel(home: string): { putBack(): void; forget(): void } {
  const path = sentinelPath(home);
  const aside = `${path}.released`;
  rmSync(aside, { force: true, recursive: true });
  renameSync(path, aside);
  return { putBack: () => renameSync(aside, path), forget: () => rmSync(aside, { force: true, recursive: true }) };
}
