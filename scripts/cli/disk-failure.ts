/** What a disk that does not take what it is given is called: which place, and what to do. */
import { Failure } from './failure.ts';

const OF_THE_DISK: ReadonlySet<unknown> = new Set(['ENOSPC', 'EDQUOT', 'EROFS', 'EACCES', 'EPERM', 'ENOTDIR']);

/** The error itself where the disk has nothing to do with it. */
export function diskFailure(error: unknown, what: string, path: string, remedy: string): unknown {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  if (code === undefined || !OF_THE_DISK.has(code)) return error;
  return new Failure({ code, message: `${what} can not be written to ${path}: ${code}`, hint: remedy, facts: { path } });
}
