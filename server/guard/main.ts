/** The guard's process: what it needs comes by the standard input, one line of JSON, so that no key is in arguments or environment. */
import { createInterface } from 'node:readline';
import { type GuardOptions, startGuard } from './guard.ts';

const say = (facts: object, message: string): void => {
  process.stderr.write(`${JSON.stringify({ level: 'info', at: new Date().toISOString(), message, ...facts })}\n`);
};

createInterface({ input: process.stdin }).once('line', (line) => {
  const { key, ...told } = JSON.parse(line) as Omit<GuardOptions, 'key' | 'say'> & { readonly key: string };
  void startGuard({ ...told, key: Buffer.from(key, 'base64'), say }).then(
    ({ close }) => {
      const end = (): void => {
        close();
        process.exit(0);
      };
      process.on('SIGTERM', end).on('SIGINT', end);
      process.stdout.write('watching\n');
    },
    (error: unknown) => {
      say({ error: String(error) }, 'the guard can not start');
      process.exit(1);
    },
  );
});
