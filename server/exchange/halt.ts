/** Stops and resumes trading in a symbol. While it is halted orders are taken, and wait. */
import type { AssetSymbol } from '../domain/ids.ts';
import { matchQuote } from './matching.ts';
import { notFound } from './refusal.ts';
import type { World } from './world.ts';

export function setHalt(world: World, name: string, halted: boolean): AssetSymbol {
  const asset = world.tape.assets.find(name) ?? notFound(`asset not found for ${name.slice(0, 64)}`);
  const { symbol, assetClass } = asset.instrument;
  if (world.halted.has(symbol) === halted) return symbol;
  if (halted) world.halted.add(symbol);
  else world.halted.delete(symbol);
  world.outbox.push({ kind: 'status', assetClass, symbol, at: world.now, halted });
  const quote = world.quotes.get(symbol);
  if (!halted && quote) matchQuote(world, quote);
  return symbol;
}
