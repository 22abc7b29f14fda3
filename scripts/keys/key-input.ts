/** A broker's key from whoever types or pipes it, never from the command line, where every process of the machine could read it. */
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import type { KeyPair } from '#config/keys/envelope.ts';
import { misuse } from '../cli/failure.ts';

const WORD = /^\S{1,256}$/;
const HINT = 'the first line is the key id, the second the secret key, as the broker shows them';

/** Asks for both, the secret unseen, where a person is; otherwise reads two lines. */
export async function readKeyPair(): Promise<KeyPair> {
  const { stdin } = process;
  const [id, secret] = stdin.isTTY ? await ask() : await twoLines(stdin);
  if (id === undefined || secret === undefined || !WORD.test(id) || !WORD.test(secret)) {
    throw misuse('there was no key on the standard input', HINT);
  }
  return { id, secret };
}

async function twoLines(input: NodeJS.ReadableStream): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) if (line.trim() !== '') lines.push(line.trim());
  if (lines.length > 2) throw misuse(`there were ${lines.length} lines on the standard input`, HINT);
  return lines;
}

async function ask(): Promise<string[]> {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const typing = createInterface({ input: process.stdin, output: nowhere, terminal: true });
  // Typed words are echoed by the interface, so it writes to nowhere; the questions are written beside it.
  const question = async (text: string): Promise<string> => {
    process.stderr.write(text);
    const answer = await typing.question('');
    process.stderr.write('\n');
    return answer.trim();
  };
  try {
    return [await question('key id (not shown): '), await question('secret key (not shown): ')];
  } finally {
    typing.close();
  }
}
