/** Who may come in. */
import { timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

export interface KeyPair {
  readonly keyId: string;
  readonly secretKey: string;
}

export type Entry = 'allowed' | 'missing' | 'wrong';

export type Gatekeeper = (keyId: unknown, secretKey: unknown) => Entry;

function same(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}

/** Without a pair of its own the exchange lets in any that is not empty. */
export const createGatekeeper =
  (pair: KeyPair | undefined): Gatekeeper =>
  (keyId, secretKey) => {
    if (typeof keyId !== 'string' || typeof secretKey !== 'string' || keyId === '' || secretKey === '') return 'missing';
    if (pair === undefined) return 'allowed';
    return same(keyId, pair.keyId) && same(secretKey, pair.secretKey) ? 'allowed' : 'wrong';
  };

export const keysInHeaders = (headers: IncomingHttpHeaders): readonly [unknown, unknown] => [
  headers['apca-api-key-id'],
  headers['apca-api-secret-key'],
];
