/** P08 participation: an order is a small part of what trades. Of a pair nobody counts all that trades. */
import { toNumber } from '#server/domain/money.ts';
import { REACH_BARS } from '#server/domain/tape.ts';
import type { Control } from '../control.ts';
import { ofOrder } from '../reading.ts';

export const volumeShare: Control = {
  name: 'volumeShare',
  id: 'P08',
  term: 'participation limit',
  answers: 'FIA',
  limit: 'maxVolumePercent',
  asks: 'opening',
  rule: ({ intent, market, limits }) => {
    if (market.instrument?.assetClass === 'crypto') return undefined;
    const volume = market.tape.averageVolume * REACH_BARS;
    const most = (volume * limits.maxVolumePercent) / 100;
    const wanted = toNumber(intent.quantity);
    return wanted > most
      ? `${wanted} are more than ${limits.maxVolumePercent} % of the volume of ${REACH_BARS} bars, ${Math.round(volume)}`
      : undefined;
  },
  measure: ({ limits }) => ofOrder(limits.maxVolumePercent, 'percent'),
};
