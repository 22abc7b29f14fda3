/** Releases the kill switch: the sentinel goes first, because the daemon refuses while it stands; it comes back when the release fails. */
import { readFileSync, rmSync } from 'node:fs';
import { sentinelIsSet, sentinelPath, setSentinel } from '#server/adapters/sentinel.ts';
import { readHome } from './configured.ts';
import { withDaemon } from './daemon.ts';
import { misuse } from './failure.ts';
import { type Call, EXIT } from './verb.ts';

const LATCH = /^[1-9]\d{0,14}$/;

export async function release(call: Call): Promise<number> {
  const latch = call.text('latch') ?? '';
  const note = call.text('note')?.trim() ?? '';
  const phrase = call.text('phrase')?.trim() ?? '';
  if (call.has('direct') || call.text('level') !== undefined)
    throw misuse('--release goes with --latch, --note and --phrase only', 'leave out the others');
  if (latch !== '' && !LATCH.test(latch))
    throw misuse(`--latch ${latch} is not a number`, 'take the number from "tradar status"; it names the latch that you mean');
  if (latch === '') throw misuse('--release needs --latch N', 'take the number from "tradar status"; it names the latch that you mean');
  if (note === '') throw misuse('--release needs --note TEXT', 'say why it is safe again; it goes into the journal');
  if (phrase === '') throw misuse('--release needs --phrase TEXT', 'type what "tradar status" shows for that latch: release LEVEL N');
  const home = readHome(call);
  const putBack = takeSentinel(home);
  try {
    const state = await withDaemon(home, ({ trpc }) => trpc.killSwitch.release.mutate({ latchId: Number(latch), note, phrase }));
    call.print(call.json ? JSON.stringify(state) : `kill switch is ${state.level}`);
    return EXIT.done;
  } catch (error) {
    putBack();
    throw error;
  }
}

/** Takes the file away; returns the way to put it back as it was. */
function takeSentinel(home: string): () => void {
  if (!sentinelIsSet(home)) return () => undefined;
  const path = sentinelPath(home);
  const note = readFileSync(path, 'utf8').trimEnd();
  rmSync(path);
  return () => setSentinel(home, note);
}
