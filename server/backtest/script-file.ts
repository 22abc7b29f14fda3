/**
 * Scripted orders from the text of a CSV file with the header `timestamp,symbol,side,type,qty,notional,limit,stop,tif`, and
 * perhaps `group` behind it. A cell that does not apply is empty; for a trailing stop `stop` says how far it stays behind:
 * "2%" or "1.50" dollars. An empty tif is gtc.
 */
import { BarFileError } from '#server/domain/bar-file.ts';
import type { AssetSymbol } from '#server/domain/ids.ts';
import { type Money, type Price, parseFixed, parsePercent, type Quantity } from '#server/domain/money.ts';
import type { Trail } from '#server/domain/order-terms.ts';
import type { Instant } from '#server/domain/time.ts';
import { parseStamp } from '#server/exchange/stamp.ts';
import type { ScriptedOrder } from './request.ts';

const HEADER = ['timestamp', 'symbol', 'side', 'type', 'qty', 'notional', 'limit', 'stop', 'tif'];
const TYPES = ['market', 'limit', 'stop', 'stop_limit', 'trailing_stop'] as const;
const TIMES_IN_FORCE = ['day', 'gtc', 'ioc', 'fok', 'opg', 'cls'] as const;
const SIDES = ['buy', 'sell'] as const;
const REPAIR = 'repair or remove the line';

type Refuse = (fault: string, remedy?: string) => never;

export function parseScript(file: { readonly name: string; readonly text: string }): ScriptedOrder[] {
  const lines = file.text.replace(/^\uFEFF/, '').split(/\r?\n/);
  const names = (lines[0] ?? '').split(',').map((name) => name.trim().toLowerCase());
  if (!HEADER.every((name, at) => names[at] === name)) {
    const given = JSON.stringify((lines[0] ?? '').slice(0, 80));
    throw new BarFileError(file.name, 1, `the header is ${given}`, `it must begin with ${HEADER.join(',')}`);
  }
  if (lines.at(-1) !== '' && lines.length > 1) {
    const fault = 'the last line does not end in a newline, so it may be cut off';
    throw new BarFileError(file.name, lines.length, fault, 'end it with a newline if it is whole');
  }
  const orders: ScriptedOrder[] = [];
  for (let nth = 1; nth < lines.length - 1; nth++) {
    const refuse: Refuse = (fault, remedy = REPAIR) => {
      throw new BarFileError(file.name, nth + 1, fault, remedy);
    };
    const cells = (lines[nth] ?? '').split(',').map((cell) => cell.trim());
    if (cells.length !== names.length) refuse(`${cells.length} of ${names.length} columns`);
    const order = orderOf(new Map(names.map((name, at) => [name, cells[at] ?? ''])), refuse);
    orders.push({ ...order, source: { file: file.name, line: nth + 1 } });
  }
  return orders;
}

function orderOf(cells: ReadonlyMap<string, string>, refuse: Refuse): ScriptedOrder {
  const cell = (name: string): string => cells.get(name) ?? '';
  const type = oneOf(TYPES, cell('type').toLowerCase(), 'type', refuse);
  const isTrailing = type === 'trailing_stop';
  const quantity = amountOf(cell('qty'), 'qty', refuse);
  const notional = amountOf(cell('notional'), 'notional', refuse);
  if ((quantity === undefined) === (notional === undefined)) refuse('either qty or notional says how much, and not both');
  const limitPrice = amountOf(cell('limit'), 'limit', refuse);
  const stopPrice = isTrailing ? undefined : amountOf(cell('stop'), 'stop', refuse);
  expect(limitPrice !== undefined, type === 'limit' || type === 'stop_limit', `a ${type} order`, 'limit', refuse);
  if (!isTrailing) expect(stopPrice !== undefined, type === 'stop' || type === 'stop_limit', `a ${type} order`, 'stop', refuse);
  return {
    at: instantOf(cell('timestamp'), refuse),
    symbol: (cell('symbol') === '' ? refuse('there is no symbol') : cell('symbol')) as AssetSymbol,
    side: oneOf(SIDES, cell('side').toLowerCase(), 'side', refuse),
    type,
    quantity: quantity as Quantity | undefined,
    notional: notional as Money | undefined,
    limitPrice: limitPrice as Price | undefined,
    stopPrice: stopPrice as Price | undefined,
    trail: isTrailing ? trailOf(cell('stop'), refuse) : undefined,
    timeInForce: oneOf(TIMES_IN_FORCE, cell('tif').toLowerCase() || 'gtc', 'tif', refuse),
    group: cell('group') || undefined,
  };
}

function expect(isThere: boolean, isDue: boolean, what: string, column: string, refuse: Refuse): void {
  if (isThere && !isDue) refuse(`${what} has no ${column}`, `leave ${column} empty`);
  if (!isThere && isDue) refuse(`${what} needs a ${column}`);
}

function oneOf<Word extends string>(words: readonly Word[], text: string, column: string, refuse: Refuse): Word {
  return words.find((word) => word === text) ?? refuse(`${column} is ${JSON.stringify(text)}`, `it is one of ${words.join(', ')}`);
}

/** Above zero, with at most nine decimals; nothing when the cell is empty. */
function amountOf(text: string, column: string, refuse: Refuse): bigint | undefined {
  if (text === '') return undefined;
  let value: bigint;
  try {
    value = parseFixed(text);
  } catch {
    return refuse(`${column} is ${JSON.stringify(text)}`, 'it is a decimal with at most nine places');
  }
  return value > 0n ? value : refuse(`${column} is ${text}`, 'it is above zero; side says the direction');
}

function trailOf(text: string, refuse: Refuse): Trail {
  const percent = /^(\d{1,2}(?:\.\d{1,9})?)%$/.exec(text)?.[1];
  if (percent !== undefined && Number(percent) > 0) return { percent: parsePercent(percent) };
  const amount = amountOf(text, 'stop', refuse);
  return amount === undefined
    ? refuse('a trailing_stop order needs a stop', 'say how far it stays behind: 2% or 1.50')
    : { price: amount as Price };
}

function instantOf(text: string, refuse: Refuse): Instant {
  const at = parseStamp(text);
  return at === undefined ? refuse(`timestamp ${JSON.stringify(text)}`, 'write it as the bar has it: 2019-02-11T14:30:00Z') : at;
}
