/** The doctor's questions to the broker: is it there, does it take the keys, is the account fit, the clock right, the slot free. */
import type { Log } from '#server/runtime/ports.ts';
import type { AlpacaClient } from './client.ts';
import { readBrokerClock } from './clock.ts';
import { explain } from './explain.ts';
import { Account } from './order-schema.ts';
import { createReader } from './schema.ts';

export interface Finding {
  readonly name: 'broker' | 'keys' | 'account' | 'clock' | 'stream';
  readonly ok: boolean;
  /** What was found, and where. */
  readonly detail: string;
  /** What to do; nothing when all is well. */
  readonly remedy: string | undefined;
}

export interface ProbeOptions {
  readonly client: AlpacaClient;
  readonly log: Log;
  /** This machine's clock, when the broker's should agree with it. */
  readonly wall?: () => number;
  readonly streamTimeoutMs?: number;
  /** A daemon of ours holds the slot: leave it alone. */
  readonly streamIsOurs?: boolean;
}

const MAX_SKEW_MS = 2_000;
const STREAM_TIMEOUT_MS = 10_000;

const well = (name: Finding['name'], detail: string): Finding => ({ name, ok: true, detail, remedy: undefined });

/** Stops at the first thing without which the others can not be asked. */
export async function probeBroker(options: ProbeOptions): Promise<readonly Finding[]> {
  const { client, log, wall } = options;
  const where = client.origins.trading;
  const answer = await client.read('ask', (alpaca) => alpaca.trading.account.getAccountRaw());
  if (answer.kind !== 'ok') {
    const { what, remedy } = explain(where, answer);
    const isKeys = answer.status === 401 || answer.status === 403;
    const failure: Finding = { name: isKeys ? 'keys' : 'broker', ok: false, detail: what, remedy };
    return isKeys ? [well('broker', `${where} answers`), failure] : [failure];
  }
  const findings = [well('broker', `${where} answers`), well('keys', `${where} takes them`), accountFinding(log, where, answer.body)];
  if (wall !== undefined) findings.push(await clockFinding(client, log, wall));
  if (options.streamIsOurs !== true) findings.push(await streamFinding(options));
  return findings;
}

function accountFinding(log: Log, where: string, body: unknown): Finding {
  const account = createReader(log).read('account', Account, body);
  if (account === undefined) {
    return {
      name: 'account',
      ok: false,
      detail: `${where} describes it in words that can not be read`,
      remedy: 'look for a newer version',
    };
  }
  if (!account.tradingBlocked) return well('account', `${account.status}, trading is allowed`);
  const detail = `${where} says ${account.status}, and does not let it trade`;
  return { name: 'account', ok: false, detail, remedy: "look at the account in the broker's dashboard" };
}

async function clockFinding(client: AlpacaClient, log: Log, wall: () => number): Promise<Finding> {
  try {
    const { at } = await readBrokerClock(client, log, wall);
    const skewMs = Math.round(wall() - at);
    const detail = `this machine's clock is ${Math.abs(skewMs)} ms ${skewMs < 0 ? 'behind' : 'ahead of'} the broker's`;
    if (Math.abs(skewMs) <= MAX_SKEW_MS) return well('clock', detail);
    return { name: 'clock', ok: false, detail, remedy: 'set the clock by a time server (systemd-timesyncd or chrony)' };
  } catch (error) {
    return { name: 'clock', ok: false, detail: error instanceof Error ? error.message : String(error), remedy: 'try again' };
  }
}

function streamFinding({ client, streamTimeoutMs = STREAM_TIMEOUT_MS }: ProbeOptions): Promise<Finding> {
  const where = client.origins.streamUrl('tradeUpdates');
  const { stream, end } = client.openTradeUpdates();
  return new Promise((resolve) => {
    const finish = (finding: Finding): void => {
      clearTimeout(timer);
      // First the finding: to end the stream is a disconnection, too.
      resolve(finding);
      end();
    };
    const fail = (reason: string): void =>
      finish({
        name: 'stream',
        ok: false,
        detail: `${where}: ${reason}`,
        remedy: 'an account has one slot: stop the other program that listens to it, and wait two minutes after a crash',
      });
    const timer = setTimeout(() => fail(`no answer within ${streamTimeoutMs} ms`), streamTimeoutMs);
    let reason = 'the connection was closed';
    stream.onError((text) => {
      reason = text;
    });
    stream.onDisconnect(() => fail(reason));
    stream.on('subscription', () => finish(well('stream', `${where} is free`)));
    stream.subscribeTradeUpdates();
    stream.connect();
  });
}
