/** Frames of many messages: each message is encoded once for each codec, and clients that ask for the same share the frame. */
import type { WriteTime } from '../view/market-view.ts';
import type { Codec } from './codec.ts';

export interface Message {
  readonly channel: string;
  /** It goes to those who subscribed to one of these. */
  readonly symbols: readonly string[];
  render(time: WriteTime): Record<string, unknown>;
}

/** Channel → symbols; "*" is all. */
export type Subscriptions = ReadonlyMap<string, ReadonlySet<string>>;

/** A client's wishes, and a text that is the same for the same wishes. */
export interface Selection {
  readonly codec: Codec;
  readonly subscriptions: Subscriptions;
  readonly key: string;
}

export const selectionOf = (codec: Codec, subscriptions: Subscriptions): Selection => {
  const channels = [...subscriptions].map(([channel, symbols]) => `${channel}=${[...symbols].sort().join(',')}`);
  return { codec, subscriptions, key: `${codec.name};${channels.join(';')}` };
};

const wants = (subscriptions: Subscriptions, { channel, symbols }: Message): boolean => {
  const wanted = subscriptions.get(channel);
  return wanted !== undefined && (wanted.has('*') || symbols.some((symbol) => wanted.has(symbol)));
};

/** Longer batches are cut, so that a client has something to read while the rest is on its way. */
const MOST_IN_FRAME = 500;

/** The frames of some messages for any selection. */
export function createFrames(messages: readonly Message[]): (selection: Selection) => readonly Uint8Array[] {
  const encoded = new Map<string, (Uint8Array | undefined)[]>();
  const frames = new Map<string, readonly Uint8Array[]>();
  return (selection) => {
    const known = frames.get(selection.key);
    if (known) return known;
    const { codec, subscriptions } = selection;
    let parts = encoded.get(codec.name);
    if (!parts) {
      parts = new Array<Uint8Array | undefined>(messages.length);
      encoded.set(codec.name, parts);
    }
    const chosen: Uint8Array[] = [];
    messages.forEach((message, index) => {
      if (!wants(subscriptions, message)) return;
      const bytes = parts[index] ?? codec.item(message.render(codec.time));
      parts[index] = bytes;
      chosen.push(bytes);
    });
    const made: Uint8Array[] = [];
    for (let i = 0; i < chosen.length; i += MOST_IN_FRAME) made.push(codec.frame(chosen.slice(i, i + MOST_IN_FRAME)));
    frames.set(selection.key, made);
    return made;
  };
}
