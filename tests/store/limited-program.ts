/** Appends in a process that may write only so large files, until that fails; then once more on the same handle; then on a new one. */
import { openArchive } from '#server/adapters/store/open.ts';
import { isFatal } from '#server/runtime/ports.ts';
import { ticks } from './entries.ts';

const BATCH = 50;

// The signal for a file that grows too large ends a process that does not listen.
process.on('SIGXFSZ', () => undefined);
const [home = ''] = process.argv.slice(2);
const options = { url: undefined, home, mode: 'demo', account: 'A1', nowMs: 1_750_000_000_000 };
const archive = await openArchive(options);
let last = 0;
const append = async (): Promise<unknown> => {
  try {
    for (;;) {
      await archive.journal.append(ticks(last + 1, BATCH));
      last += BATCH;
    }
  } catch (error) {
    return error;
  }
};
const first = await append();
const second = await append();
process.stdout.write(
  JSON.stringify({ last, fatal: isFatal(first), what: String(first), isSame: first === second, snapshot: await saved() }),
);

async function saved(): Promise<string> {
  return await archive.saveSnapshot({ seq: 1, text: 'x' }).then(
    () => 'saved',
    (error: unknown) => (error === first ? 'refused' : String(error)),
  );
}
