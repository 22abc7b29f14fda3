/** The command line without a process of its own: for verbs that read no environment. */
import { Writable } from 'node:stream';
import { runCommand } from '#scripts/cli/run.ts';
import type { Outcome } from './tradar.ts';

class Sink extends Writable {
  text = '';
  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}

export async function inProcess(...args: string[]): Promise<Outcome> {
  const [out, err] = [new Sink(), new Sink()];
  const code = await runCommand(args, { out, err });
  return { code, out: out.text, err: err.text };
}
