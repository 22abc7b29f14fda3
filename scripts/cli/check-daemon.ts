/** The doctor's check of the daemon of this home: answering, frozen, not running, or not to be found. */
import type { Config } from '#config/config.ts';
import { announcementFile, readAnnouncement } from '#server/api/announce.ts';
import { connectDaemon, NoDaemonError } from '#server/api/client.ts';
import { failing, type Row, warning, well } from './check.ts';
import { lookCloser, problemOf } from './no-daemon.ts';

const CHECK = 'daemon';

export async function daemonCheck({ home }: Config): Promise<readonly Row[]> {
  try {
    const daemon = await connectDaemon(home);
    await daemon.close();
    const { pid, url } = daemon.announcement;
    return [well(CHECK, `process ${pid} runs and answers at ${url}`)];
  } catch (error) {
    if (!(error instanceof NoDaemonError)) throw error;
    return [await absence(lookCloser(error, home), home)];
  }
}

async function absence(error: NoDaemonError, home: string): Promise<Row> {
  switch (error.reason) {
    case 'notRunning':
      return well(CHECK, 'not running');
    case 'stale':
      if ((await readAnnouncement(home)) !== 'unreadable') return well(CHECK, 'not running; the last one ended without a goodbye');
      return warning(
        CHECK,
        `not running, and ${announcementFile(home)} is damaged`,
        'delete it, or start the daemon, which writes a new one',
      );
    case 'unreachable':
    case 'tokenMissing':
      return failing(CHECK, problemOf(error), error.hint);
    default:
      return error.reason satisfies never;
  }
}
