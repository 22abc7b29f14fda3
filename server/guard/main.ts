/**
 * The guard's process: what it needs comes by the standard input, a line of JSON, so that no key is in arguments or environment;
 * further lines bring a new key. When that input ends, whoever started it is gone, however it ended, and so is this process.
 */
import { createInterface } from 'node:readline';
import { type GuardOptions, startGuard } from './guard.ts';

const say = (facts: object, message: string): void => {
  process.stderr.write(`${JSON.stringify({ level: 'info', at: new Date().toISOString(), message, ...facts })}\n`);
};

let broker: GuardOptions['broker'] | undefined;

const input = createInterface({ input: process.stdin }).on('line', (line) => {
  const { key, ...told } = JSON.parse(line) as Omit<GuardOptions, 'key' | 'say'> & { readonly key: string };
  if (broker !== undefined) return say({ keyIdEnd: Object.assign(broker, told.broker).keyId.slice(-4) }, 'the guard has a new key');
  broker = told.broker;
  void startGuard({ ...told, key: Buffer.from(key, 'base64'), say }).then(
    ({ close }) => {
      process.once('exit', close);
      const end = (): never => process.exit(0);
      process.on('SIGTERM', end).on('SIGINT', end);
      input.once('close', end);
      process.stdout.write('watching\n');
    },
    (error: unknown) => {
      say({ error: String(error) }, 'the guard can not start');
      process.exit(1);
    },
  );
});
