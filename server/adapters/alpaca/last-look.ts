/**
 * The last look at a request that changes something: taken when the connection is there, synchronously on the line before its first
 * byte is handed to the socket. An order without one is not sent at all.
 */
import { mayChange, mayPlace } from '#server/domain/kill.ts';
import type { KillSubject } from '#server/domain/kill-scope.ts';
import type { KillGate } from '#server/runtime/ports.ts';
import { NotSentError } from './answer.ts';

/** Throws a NotSentError to keep the request back. */
export interface LastLook extends RequestInit {
  readonly lastLook?: () => void;
}

const ORDERS = /^https?:\/\/[^/]+\/v2\/orders(?:\/|\?|$)/;

/** Of an order: the level in memory now, over every scope that it belongs to, and not when it was decided. */
export function lookAtOrder(gate: KillGate, order: KillSubject & Parameters<typeof mayPlace>[1]): void {
  const level = gate.level(order);
  if (!mayPlace(level, order)) throw new NotSentError('KILL_LATCH', `the kill switch was at ${level} when it was about to be sent`);
}

/** Of a cancel: it passes at every level but the one at which nothing leaves. */
export function lookAtCancel(gate: KillGate): void {
  if (!mayChange(gate.level())) throw new NotSentError('KILL_LATCH', 'the kill switch was at sever when the cancel was about to be sent');
}

/** No order leaves unlooked at, whoever asks for it. */
export function refuseUnseen(url: string, { method = 'GET', lastLook }: LastLook): void {
  if (lastLook !== undefined || (method !== 'POST' && method !== 'PATCH') || !ORDERS.test(url)) return;
  throw new NotSentError('NO_LAST_LOOK', 'an order without a last look at the kill switch is not sent');
}
