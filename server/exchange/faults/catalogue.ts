/** Every fault by name: what it strikes, when in its course, and what may be said about it. */

export type Target = 'request' | 'frame' | 'event' | 'connection';

/** When a fault acts on a request; of each stage at most one does. */
export type Stage = 'arrival' | 'instead' | 'apply' | 'body' | 'header' | 'answer';

export type Parameter = 'ms' | 'toMs' | 'status' | 'withReset' | 'field' | 'value';

export interface FaultKind {
  readonly targets: readonly Target[];
  /** For requests. */
  readonly stage?: Stage;
  readonly takes: readonly Parameter[];
  /** What `ms` is when it is not said. */
  readonly ms?: number;
  /** What `status` is when it is not said. */
  readonly status?: number;
  /** The only requests that it can strike. */
  readonly only?: { readonly method: string; readonly path: string };
  readonly summary: string;
}

const ONE_ORDER = '/v2/orders/*';

export const FAULTS = {
  latency: { targets: ['request'], stage: 'arrival', takes: ['ms', 'toMs'], ms: 500, summary: 'the request waits before anything is done' },
  requestLost: { targets: ['request'], stage: 'instead', takes: [], summary: 'the connection breaks, nothing was applied' },
  serverErrorBefore: {
    targets: ['request'],
    stage: 'instead',
    takes: ['status'],
    status: 500,
    summary: 'an error, and nothing was applied',
  },
  rateLimited: {
    targets: ['request'],
    stage: 'instead',
    takes: ['ms', 'withReset'],
    ms: 30_000,
    summary: '429, with or without the headers that say when it ends',
  },
  unauthorized: {
    targets: ['request'],
    stage: 'instead',
    takes: ['status'],
    status: 401,
    summary: 'the keys are refused; nothing was applied',
  },
  notFoundYet: {
    targets: ['request'],
    stage: 'instead',
    takes: ['status', 'ms'],
    ms: 0,
    status: 404,
    summary: 'an order that was accepted can not be found; with `ms` only so long after it was accepted',
  },
  staleList: { targets: ['request'], stage: 'apply', takes: ['ms'], ms: 2_000, summary: 'reads are answered as they were `ms` ago' },
  cancelThenFill: {
    targets: ['request'],
    stage: 'apply',
    takes: [],
    only: { method: 'DELETE', path: ONE_ORDER },
    summary: '204 to the cancel, and then the order fills',
  },
  stuckPendingCancel: {
    targets: ['request'],
    stage: 'apply',
    takes: ['ms'],
    ms: 60_000,
    only: { method: 'DELETE', path: ONE_ORDER },
    summary: '204, and the order shows pending_cancel until the cancel is carried out after `ms`',
  },
  replaceThenFill: {
    targets: ['request'],
    stage: 'apply',
    takes: [],
    only: { method: 'PATCH', path: ONE_ORDER },
    summary: '200 with a new order, and then the old one fills: the replacement is rejected',
  },
  responseLost: { targets: ['request'], stage: 'answer', takes: [], summary: 'applied, and the connection breaks before the answer' },
  serverErrorAfter: { targets: ['request'], stage: 'answer', takes: ['status'], status: 500, summary: 'applied, and an error is answered' },
  lateAnswer: {
    targets: ['request'],
    stage: 'answer',
    takes: ['ms', 'toMs'],
    ms: 1_000,
    summary: 'applied, and the right answer comes `ms` later',
  },
  gatewayTimeout: {
    targets: ['request'],
    stage: 'answer',
    takes: ['ms'],
    ms: 0,
    summary: "applied, and after `ms` a proxy's 504 in HTML is answered",
  },
  replaceErrorButReplaced: {
    targets: ['request'],
    stage: 'answer',
    takes: ['status'],
    status: 422,
    only: { method: 'PATCH', path: ONE_ORDER },
    summary: 'the order is replaced, and an error is answered',
  },
  htmlBody: { targets: ['request'], stage: 'answer', takes: ['status'], status: 502, summary: "applied, and a proxy's page is answered" },
  truncatedJson: { targets: ['request'], stage: 'answer', takes: [], summary: 'applied, and half of the JSON is answered' },
  unknownEnum: {
    targets: ['request', 'frame'],
    stage: 'body',
    takes: ['field', 'value'],
    summary: 'a word that no client knows, in `status` or `order.status` or another field',
  },
  missingField: { targets: ['request', 'frame'], stage: 'body', takes: ['field'], summary: 'a field is left out' },
  extraField: { targets: ['request', 'frame'], stage: 'body', takes: ['field', 'value'], summary: 'a field that was never documented' },
  omittedItem: { targets: ['request'], stage: 'body', takes: [], summary: 'a list is answered without its first item' },
  clockSkew: {
    targets: ['request'],
    stage: 'header',
    takes: ['ms'],
    ms: 60_000,
    summary: 'the Date header is `ms` ahead, behind when negative',
  },
  lostFrame: { targets: ['frame'], takes: [], summary: 'a message is not sent' },
  duplicateFrame: { targets: ['frame'], takes: ['ms', 'toMs'], ms: 0, summary: 'a message is sent twice, the second time `ms` later' },
  duplicateExecution: { targets: ['frame'], takes: [], summary: 'a fill is sent twice, the second time under another execution id' },
  reorderedFrames: { targets: ['frame'], takes: [], summary: 'a message is sent after the one that follows it' },
  lateFrame: { targets: ['frame'], takes: ['ms', 'toMs'], ms: 1_000, summary: 'a message is sent `ms` later; others overtake it' },
  silentStall: { targets: ['frame'], takes: ['ms'], ms: 0, summary: 'nothing is sent for `ms` (0: ever again), pings are answered' },
  streamDrop: { targets: ['frame'], takes: [], summary: 'the connection breaks instead of a message' },
  halfDeadSlot: {
    targets: ['frame'],
    takes: ['ms'],
    ms: 90_000,
    summary: 'the connection breaks, and its slot stays taken: 406 to all that come within `ms`',
  },
  connectionLimit: { targets: ['connection'], takes: [], summary: '406 to a connection that authenticates, 429 to one for /stream' },
  streamRefused: {
    targets: ['connection'],
    takes: ['status'],
    status: 408,
    summary: 'whoever authenticates on a market-data stream is told this code instead of being let in',
  },
  takeover: { targets: ['connection'], takes: [], summary: 'a new connection is let in, and those that are there break' },
  missingLegEvents: { targets: ['event'], takes: [], summary: 'nobody is told of what happens to the legs of a group' },
} as const satisfies Readonly<Record<string, FaultKind>>;

export type FaultName = keyof typeof FAULTS;

export const FAULT_NAMES = Object.keys(FAULTS) as [FaultName, ...FaultName[]];

export const kindOf = (fault: FaultName): FaultKind => FAULTS[fault];
