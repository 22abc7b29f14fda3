/** A lock as a line for people. */
import { oneLine } from './printable.ts';

interface ShownLock {
  readonly id: number;
  readonly scope: string;
  readonly name: string;
  readonly by: string;
  readonly reason: string;
  readonly until: string | null;
  readonly isCauseThere: boolean;
}

export function lockLine({ id, scope, name, by, reason, until, isCauseThere }: ShownLock): string {
  const end = until === null ? 'until it is removed' : `until ${until}`;
  return `${id}  ${scope} ${name}, ${end}${isCauseThere ? ', and while its cause is there' : ''}, by ${oneLine(by)}: ${oneLine(reason)}`;
}
