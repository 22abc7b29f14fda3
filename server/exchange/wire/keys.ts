/** Who may come in. */
import { timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

export interface KeyPair {
  readonly keyId: string;
  readonly secretKey: string;
}

export type Entry = 'allowed' | 'missing' | 'unknownKey' | 'wrongSecret';

export type Gatekeeper = (keyId: unknown, secretKey: unknown) => Entry;

/** The name that clients with a token give instead of a key, in headers and on the streams. */
export const TOKEN_HOLDER = 'oauth';

function same(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}

/** The pairs that are let in at this moment; each secret is the token of those who come with a token. */
export interface KeyRing {
  readonly gatekeeper: Gatekeeper;
  allow(pair: KeyPair): void;
  /** Whether it was there. Who is connected already stays so. */
  revoke(keyId: string): boolean;
  /** Of the pairs that are let in; nothing: any pair that is not empty. */
  ids(): readonly string[] | undefined;
}

/** Without a pair of its own the exchange lets in any that is not empty, until it is told of one. */
export function createKeyRing(first: KeyPair | undefined): KeyRing {
  const pairs = new Map<string, string>(first === undefined ? [] : [[first.keyId, first.secretKey]]);
  let isOpen = first === undefined;
  return {
    gatekeeper: (keyId, secretKey) => {
      if (typeof keyId !== 'string' || typeof secretKey !== 'string' || keyId === '' || secretKey === '') return 'missing';
      if (isOpen) return 'allowed';
      const known = [...pairs].filter(([id]) => keyId === TOKEN_HOLDER || same(keyId, id));
      if (known.length === 0) return 'unknownKey';
      return known.some(([, secret]) => same(secretKey, secret)) ? 'allowed' : 'wrongSecret';
    },
    allow: ({ keyId, secretKey }) => {
      isOpen = false;
      pairs.set(keyId, secretKey);
    },
    revoke: (keyId) => pairs.delete(keyId),
    ids: () => (isOpen ? undefined : [...pairs.keys()]),
  };
}

/** Alpaca's two headers, or what `Authorization` says: a pair of keys (Basic), or a token (Bearer). */
export function keysInHeaders(headers: IncomingHttpHeaders): readonly [unknown, unknown] {
  const own = [headers['apca-api-key-id'], headers['apca-api-secret-key']] as const;
  const [scheme = '', given = ''] = (headers.authorization ?? '').split(' ');
  if (own[0] !== undefined || own[1] !== undefined || given === '') return own;
  if (scheme.toLowerCase() === 'bearer') return [TOKEN_HOLDER, given];
  if (scheme.toLowerCase() !== 'basic') return own;
  const pair = Buffer.from(given, 'base64').toString('utf8');
  const at = pair.indexOf(':');
  return at < 0 ? own : [pair.slice(0, at), pair.slice(at + 1)];
}
