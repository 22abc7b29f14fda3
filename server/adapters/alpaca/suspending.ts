/** The broker's own latch, `suspend_trade`: asked for until it is confirmed by being read back. */
import { z } from 'zod';
import type { Parts } from './parts.ts';

const Configurations = z.object({ suspend_trade: z.boolean() });

const FIRST_PAUSE_MS = 100;
const BOUND_MS = 8_000;

/** Whether the broker has confirmed it in time. Passes at every level: it is no order. */
export async function suspendTrading({ client, reader, log, pause }: Parts, isSuspended: boolean): Promise<boolean> {
  const wanted = { accountConfigurations: { suspendTrade: isSuspended } };
  let waitedMs = 0;
  for (let pauseMs = FIRST_PAUSE_MS; waitedMs < BOUND_MS; pauseMs *= 2) {
    const answer = await client.change('kill', ({ trading }) => trading.accountConfigurations.patchAccountConfigRaw(wanted));
    const said = answer.kind === 'ok' ? reader.read('account configurations', Configurations, answer.body) : undefined;
    if (said?.suspend_trade === isSuspended) return true;
    log.warn(
      { isSuspended, reason: answer.kind === 'ok' ? 'the answer says otherwise' : answer.text },
      'suspend_trade is not confirmed yet',
    );
    await pause(pauseMs);
    waitedMs += pauseMs;
  }
  return false;
}
