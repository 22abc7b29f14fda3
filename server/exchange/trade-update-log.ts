/** The last trade updates as bytes, to be told again: a tenth of what they take as words. */
import type { Price, Quantity } from '../domain/money.ts';
import type { Instant } from '../domain/time.ts';
import type { Execution, TradeUpdate, TradeUpdateName } from './events.ts';
import { createOrderCodec, type OrderCodec } from './order-codec.ts';
import type { OrderIds } from './order-ids.ts';
import type { RecordReader, RecordWriter } from './record-cursor.ts';
import { createRecordLog } from './record-log.ts';

export type TradeUpdateHead = Pick<TradeUpdate, 'eventId' | 'at'>;

export interface TradeUpdateLog {
  append(update: TradeUpdate): void;
  /** Those that are wanted, oldest first; what their orders reserved and claimed is not kept. */
  replay(isWanted: (head: TradeUpdateHead) => boolean): Generator<TradeUpdate>;
}

const NAMES: readonly TradeUpdateName[] = [
  'accepted',
  'pending_new',
  'new',
  'fill',
  'partial_fill',
  'canceled',
  'expired',
  'replaced',
  'rejected',
  'held',
  'restated',
  'trade_bust',
  'trade_correct',
  'order_replace_rejected',
  'order_cancel_rejected',
];

/** Keeps at least the last `keep` updates. */
export function createTradeUpdateLog(ids: OrderIds, keep: number): TradeUpdateLog {
  const log = createRecordLog();
  const codec = createOrderCodec(ids, []);
  return {
    append: (update) => {
      log.append((writer) => write(codec, writer, update));
      log.forgetBefore(log.count() - keep);
    },
    replay: function* (isWanted) {
      for (let index = log.first(); index < log.count(); index++) {
        const head = log.read(index, readHead);
        const update = head && isWanted(head) ? log.read(index, (reader) => read(codec, reader)) : undefined;
        if (update) yield update;
      }
    },
  };
}

function write(codec: OrderCodec, writer: RecordWriter, { eventId, at, event, order, execution }: TradeUpdate): void {
  writer.text(eventId);
  writer.count(at);
  writer.byte(NAMES.indexOf(event));
  writer.byte(execution ? 1 : 0);
  if (execution) writeExecution(writer, execution);
  codec.write(writer, order);
}

function writeExecution(writer: RecordWriter, { id, price, quantity, positionQuantity, previousId = '' }: Execution): void {
  writer.text(id);
  writer.text(previousId);
  writer.amount(price);
  // Only a bust is for less than nothing.
  writer.amount(quantity < 0n ? -quantity : quantity);
  writer.byte(positionQuantity < 0n ? 1 : 0);
  writer.amount(positionQuantity < 0n ? -positionQuantity : positionQuantity);
}

const readHead = (reader: RecordReader): TradeUpdateHead => ({ eventId: reader.text(), at: reader.count() as Instant });

function read(codec: OrderCodec, reader: RecordReader): TradeUpdate {
  const head = readHead(reader);
  const event = NAMES[reader.byte()] ?? 'restated';
  const execution = reader.byte() === 1 ? readExecution(reader, event === 'trade_bust') : undefined;
  return { kind: 'tradeUpdate', event, ...head, order: codec.read(reader), ...(execution ? { execution } : {}) };
}

function readExecution(reader: RecordReader, isBust: boolean): Execution {
  const [id, previousId] = [reader.text(), reader.text()];
  const [price, size] = [reader.amount() as Price, reader.amount()];
  const isShort = reader.byte() === 1;
  const held = reader.amount();
  const quantity = (isBust ? -size : size) as Quantity;
  const positionQuantity = (isShort ? -held : held) as Quantity;
  return { id, price, quantity, positionQuantity, ...(previousId === '' ? {} : { previousId }) };
}
