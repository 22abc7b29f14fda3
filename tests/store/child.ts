/** Other processes that use the store, and go with the test that started them. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('child-program.ts', import.meta.url));

export interface Task {
  readonly verb: 'open' | 'append' | 'lock';
  readonly url: string | undefined;
  readonly home: string;
}

/** So many entries the child appends at once. */
export const BATCH = 5;

export interface Child extends AsyncDisposable {
  begin(task: Task): void;
  /** The next thing it said; nothing once it has ended. */
  next(): Promise<unknown>;
  /** At once, without a chance to clean up; then what it had still said before. */
  kill(): Promise<unknown[]>;
}

/** Ready to begin: its modules are loaded. */
export async function startChild(): Promise<Child> {
  const child = fork(PROGRAM, [], { stdio: ['ignore', 'pipe', 'inherit', 'ipc'], execArgv: [] });
  if (child.stdout === null) throw new Error('a child without a voice');
  const exited = once(child, 'exit');
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<unknown> => {
    const { value, done } = await lines.next();
    return done === true ? undefined : JSON.parse(value);
  };
  const kill = async (): Promise<unknown[]> => {
    child.kill('SIGKILL');
    await exited;
    const rest: unknown[] = [];
    for (let said = await next(); said !== undefined; said = await next()) rest.push(said);
    return rest;
  };
  if ((await next()) !== 'ready') throw new Error('the child did not come up');
  return {
    begin: (task) => {
      child.send(task);
    },
    next,
    kill,
    async [Symbol.asyncDispose]() {
      await kill();
    },
  };
}
