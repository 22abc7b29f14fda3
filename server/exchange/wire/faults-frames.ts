/** Faults on what a stream says: each message of a connection passes here on its way out. */

import { randomUUID } from 'node:crypto';
import { decode, encode } from '@msgpack/msgpack';
import { distorted, isDistortion } from '../faults/distort.ts';
import type { Occasion, Strike } from '../faults/plan.ts';
import { codecFor, isRecord, readMessage } from './codec.ts';
import { STREAM_ERRORS } from './data-stream.ts';
import type { Faults } from './faults.ts';
import type { StreamRequest, StreamSocket } from './stream-socket.ts';

type Frame = string | Uint8Array;
type Send = (data: Frame, ...more: unknown[]) => void;

/** Puts the faults between a stream and one of its connections. */
export function plagueSocket(socket: StreamSocket, stream: string, faults: Faults): void {
  const send = socket.send.bind(socket) as Send;
  const line: Line = { socket, stream, faults, send, held: undefined, stalledUntil: 0 };
  const plagued: Send = (data, ...more) => {
    if (line.stalledUntil > faults.wall.now()) return;
    const isQuiet = faults.plan.isQuiet('frame') && faults.pendingCancels.isEmpty() && line.held === undefined;
    if (isQuiet) send(data, ...more);
    else pass(line, data, more);
  };
  socket.send = plagued as StreamSocket['send'];
}

interface Line {
  readonly socket: StreamSocket;
  readonly stream: string;
  readonly faults: Faults;
  readonly send: Send;
  /** A message that waits for the one after it. */
  held: { readonly item: unknown } | undefined;
  stalledUntil: number;
}

function pass(line: Line, data: Frame, more: readonly unknown[]): void {
  const shape = shapeOf(data);
  if (!shape) {
    line.send(data, ...more);
    return;
  }
  const emit = (items: readonly unknown[]): void => {
    if (items.length === 0 || line.socket.readyState !== line.socket.OPEN) return;
    if (shape.isList) line.send(shape.pack(items), ...more);
    else for (const item of items) line.send(shape.pack(item), ...more);
  };
  const now: unknown[] = [];
  for (const item of shape.items) {
    if (line.stalledUntil > line.faults.wall.now() || line.socket.readyState !== line.socket.OPEN) break;
    const on = occasionOf(line.stream, item);
    const waiting = line.held;
    const kept = on === undefined ? item : struckItem(line, item, line.faults.strikes(on), emit);
    if (kept !== undefined) now.push(kept);
    if (waiting !== undefined && kept !== undefined) {
      now.push(waiting.item);
      line.held = undefined;
    }
  }
  emit(now);
}

/** The message as it goes out now, or nothing. */
function struckItem(line: Line, item: unknown, strikes: readonly Strike[], emit: (items: readonly unknown[]) => void): unknown {
  let seen = line.faults.pendingCancels.shown(item);
  for (const strike of strikes) {
    if (isDistortion(strike.fault)) seen = distortedItem(seen, strike);
    else if (!stays(line, seen, strike, emit)) return undefined;
  }
  return seen;
}

/** Carries a strike out and says whether the message is still to be sent at its place. */
function stays(line: Line, item: unknown, { fault, ms }: Strike, emit: (items: readonly unknown[]) => void): boolean {
  switch (fault) {
    case 'duplicateFrame':
      if (ms === 0) queueMicrotask(() => emit([item]));
      else line.faults.wall.after(ms, () => emit([item]));
      return true;
    case 'duplicateExecution':
      queueMicrotask(() => emit([underAnotherId(item)]));
      return true;
    case 'reorderedFrames':
      if (line.held !== undefined) return true;
      line.held = { item };
      return false;
    case 'lateFrame':
      line.faults.wall.after(ms, () => emit([item]));
      return false;
    case 'silentStall':
      line.stalledUntil = ms === 0 ? Number.POSITIVE_INFINITY : line.faults.wall.now() + ms;
      return false;
    case 'halfDeadSlot':
      line.faults.takeSlot(line.stream, ms);
      line.socket.terminate();
      return false;
    case 'streamDrop':
      line.socket.terminate();
      return false;
    default:
      return false;
  }
}

/** The same fill as if it were another one. */
function underAnotherId(item: unknown): unknown {
  if (!isRecord(item) || !isRecord(item['data']) || item['data']['execution_id'] === undefined) return item;
  return { ...item, data: { ...item['data'], execution_id: randomUUID() } };
}

function distortedItem(item: unknown, strike: Strike): unknown {
  if (!isRecord(item) || !isRecord(item['data'])) return distorted(item, strike, '');
  return { ...item, data: distorted(item['data'], strike, 'order.') };
}

/** What a fault may strike; greetings, acknowledgements and complaints are left alone. */
function occasionOf(stream: string, item: unknown): Occasion | undefined {
  if (!isRecord(item)) return undefined;
  const { T, S, data } = item;
  if (item['stream'] === 'trade_updates' && isRecord(data)) {
    const symbol = isRecord(data['order']) ? String(data['order']['symbol']) : '';
    return { target: 'frame', stream, event: String(data['event']), symbol };
  }
  if (typeof T !== 'string' || ['success', 'error', 'subscription'].includes(T)) return undefined;
  return { target: 'frame', stream, event: T, ...(typeof S === 'string' ? { symbol: S } : {}) };
}

interface Shape {
  readonly items: readonly unknown[];
  readonly isList: boolean;
  readonly pack: (value: unknown) => Frame;
}

/** What a frame carries, and how to write the like of it. */
function shapeOf(data: Frame): Shape | undefined {
  try {
    const [value, pack] = opened(data);
    return Array.isArray(value) ? { items: value, isList: true, pack } : { items: [value], isList: false, pack };
  } catch {
    return undefined;
  }
}

function opened(data: Frame): readonly [unknown, Shape['pack']] {
  if (typeof data === 'string') return [JSON.parse(data), (one) => JSON.stringify(one)];
  const isJson = data[0] === 0x7b || data[0] === 0x5b;
  if (!isJson) return [decode(data), (one) => encode(one)];
  return [JSON.parse(Buffer.from(data).toString('utf8')), (one) => Buffer.from(JSON.stringify(one))];
}

/** A market-data connection that is not let in: greeted, and turned away as soon as it says who it is. */
export function turnAway(socket: StreamSocket, request: StreamRequest, code: number): void {
  const codec = codecFor(request.headers['content-type']);
  const words: Readonly<Record<number, string>> = STREAM_ERRORS;
  const refuse = (): void => {
    socket.send(codec.encode([{ T: 'error', code, msg: words[code] ?? 'internal error' }]));
    socket.close(1000);
  };
  socket.on('error', () => socket.terminate());
  socket.on('message', (data, isBinary) => {
    if (isRecord(readMessage(data, isBinary))) refuse();
  });
  socket.send(codec.encode([{ T: 'success', msg: 'connected' }]));
  if (request.headers['apca-api-key-id'] !== undefined) refuse();
}
