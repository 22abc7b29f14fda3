/** The key pair of the demo's exchange: it listens on the loopback alone, and guards nothing that is worth a secret. */

export const DEMO_KEYS = { id: 'demo-key', secret: 'demo-secret' };
