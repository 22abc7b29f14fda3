/** No order that opens a position leaves while the journal can not be written. */
import { openingIn } from './opening-orders.ts';

export const inv32 = openingIn('INV-32 nothing opens while the journal fails', ({ journal }) => journal !== 'ok');
