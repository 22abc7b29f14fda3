/** Which account the keys belong to: what runs, leases and journals are named after. */
import type { Log } from '#server/runtime/ports.ts';
import type { AlpacaClient } from './client.ts';
import { explainInOneLine } from './explain.ts';
import { Account } from './order-schema.ts';
import { createReader } from './schema.ts';

/** Rejects with what is wrong, where, and what to do. */
export async function accountNumberOf(client: AlpacaClient, log: Log): Promise<string> {
  const where = client.origins.trading;
  const answer = await client.read('ask', (alpaca) => alpaca.trading.account.getAccountRaw());
  if (answer.kind !== 'ok') throw new Error(explainInOneLine(where, answer));
  const account = createReader(log).read('account', Account, answer.body);
  if (account === undefined) throw new Error(`what ${where} says of the account can not be read; check that it is Alpaca`);
  return account.account;
}
