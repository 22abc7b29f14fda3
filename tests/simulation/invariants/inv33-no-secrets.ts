/** The secret key is written nowhere: not into the journal, not into a request's path or body. */
import { KEYS } from '../daemon/host.ts';
import type { Invariant } from './invariant.ts';

export const inv33: Invariant = {
  name: 'INV-33 no secrets in what is written',
  watch: () => ({
    onDurable: ({ seq, text }) => (text.includes(KEYS.secretKey) ? `entry ${seq} holds the secret key` : undefined),
    onSend: ({ url, body }) =>
      url.includes(KEYS.secretKey) || body.includes(KEYS.secretKey) ? `${url} carries the secret key` : undefined,
  }),
};
