/** A headless Chromium over its debugging pipe: no port, a profile that is gone afterwards, ended by its own handle. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];

export const chromium = NAMES.find((name) => spawnSync(name, ['--version'], { stdio: 'ignore' }).status === 0);

export interface Page extends AsyncDisposable {
  /** A command of the DevTools protocol to the page. */
  send(method: string, params?: object): Promise<Record<string, unknown>>;
  evaluate(expression: string): Promise<unknown>;
  /** What the page complained of: errors of scripts, and what its policy refused. */
  readonly complaints: readonly string[];
}

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: {
    readonly entry?: { readonly text: string };
    readonly exceptionDetails?: { readonly text: string };
    readonly targetInfo?: object;
  };
  readonly result?: Record<string, unknown>;
  readonly error?: { readonly message: string };
}

export async function openPage(url: string, width: number, height: number): Promise<Page> {
  const profile = mkdtempSync(join(tmpdir(), 'tradar-chromium-'));
  const flags = ['--headless', '--no-sandbox', '--disable-gpu', '--no-first-run', '--remote-debugging-pipe', `--user-data-dir=${profile}`];
  const child = spawn(chromium!, flags, { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const complaints: string[] = [];
  const call = conversation(child.stdio[3] as Writable, child.stdio[4] as Readable, complaints);
  const { targetId } = await call('Target.createTarget', { url: 'about:blank' });
  const { sessionId } = await call('Target.attachToTarget', { targetId, flatten: true });
  const send = (method: string, params: object = {}) => call(method, params, sessionId as string);
  await Promise.all(['Page.enable', 'Runtime.enable', 'Log.enable'].map((method) => send(method)));
  await send('Emulation.setDeviceMetricsOverride', { width, height, deviceScaleFactor: 1, mobile: true });
  await send('Page.navigate', { url });
  const evaluate = async (expression: string): Promise<unknown> => {
    const { result } = await send('Runtime.evaluate', { expression, returnByValue: true, awaitPromise: true });
    return (result as { value?: unknown }).value;
  };
  await evaluate("new Promise((done) => (document.readyState === 'complete' ? done() : addEventListener('load', () => done())))");
  return {
    send,
    evaluate,
    complaints,
    async [Symbol.asyncDispose]() {
      child.kill();
      await ended;
      rmSync(profile, { recursive: true, force: true });
    },
  };
}

/** Messages are JSON, each ended by a zero byte. */
function conversation(toBrowser: Writable, fromBrowser: Readable, complaints: string[]) {
  const waiting = new Map<number, { resolve: (result: Record<string, unknown>) => void; reject: (error: Error) => void }>();
  let [next, rest] = [1, ''];
  fromBrowser.setEncoding('utf8').on('data', (chunk: string) => {
    const parts = `${rest}${chunk}`.split('\0');
    rest = parts.pop() ?? '';
    for (const part of parts) {
      const { id, method, params, result, error } = JSON.parse(part) as Message;
      const asked = waiting.get(id ?? 0);
      if (error !== undefined) asked?.reject(new Error(error.message));
      else if (result !== undefined) asked?.resolve(result);
      if (method === 'Log.entryAdded') complaints.push(params?.entry?.text ?? '');
      if (method === 'Runtime.exceptionThrown') complaints.push(params?.exceptionDetails?.text ?? '');
    }
  });
  return (method: string, params: object, sessionId?: string): Promise<Record<string, unknown>> =>
    new Promise((resolve, reject) => {
      waiting.set(next, { resolve, reject });
      toBrowser.write(`${JSON.stringify({ id: next++, method, params, sessionId })}\0`);
    });
}
