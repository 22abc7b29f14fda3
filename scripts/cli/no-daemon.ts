/** Why no daemon answers, looked at more closely: the lock of the home tells a process that is frozen from one that is gone. */
import { holderOfHome } from '#server/adapters/home-lock.ts';
import { announcementFile } from '#server/api/announce.ts';
import { NoDaemonError } from '#server/api/client.ts';

const START = 'start it with "tradar start", or set TRADAR_HOME to the home of the one that runs';

export const wakeOrEnd = (pid: number): string =>
  `wake it with "kill -CONT ${pid}", or end it with "kill -9 ${pid}" and start it again; its log may say more`;

/** What it says without its hint. */
export const problemOf = ({ message, hint }: NoDaemonError): string => message.replace(`; ${hint}`, '');

export function lookCloser(error: NoDaemonError, home: string): NoDaemonError {
  const holder = holderOfHome(home);
  switch (error.reason) {
    case 'tokenMissing':
      return error;
    case 'unreachable':
      // A process id is given away again: without the lock it is no daemon of this home, and must not be ended.
      if (holder === undefined) return new NoDaemonError('stale', `no daemon runs on ${home}: its last one is gone`, START);
      return new NoDaemonError('unreachable', `the daemon, process ${holder.pid}, is alive and does not answer`, wakeOrEnd(holder.pid));
    case 'notRunning':
      if (holder === undefined) return error;
      return closed(`the daemon, process ${holder.pid}, has no control plane open: it starts, ends, or is frozen`, holder.pid);
    case 'stale':
      if (holder === undefined) return error;
      return closed(`process ${holder.pid} works in ${home}, but ${announcementFile(home)} does not say where`, holder.pid);
    default:
      return error.reason satisfies never;
  }
}

const closed = (message: string, pid: number): NoDaemonError =>
  new NoDaemonError('unreachable', message, `ask again in a moment; if that does not help, end it with "kill ${pid}" and start it again`);
