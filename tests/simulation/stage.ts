/** Sets the stage of a day: the exchange and its market, the network, the disk, two hosts, the witness, and who makes it go wrong. */
import { createExchange } from '#server/exchange/exchange.ts';
import { createMarketClock } from '#server/exchange/wire/market-clock.ts';
import { createExchangeService, type ExchangeService } from '#server/exchange/wire/service.ts';
import type { Log } from '#server/runtime/ports.ts';
import { Ambush } from './ambush.ts';
import { type DiskParts, soundDisk } from './daemon/disk.ts';
import { Host, type HostParts, KEYS } from './daemon/host.ts';
import { RESTART_MS, type Stage } from './director.ts';
import { INVARIANTS } from './invariants/all.ts';
import { Chance } from './machine/chance.ts';
import { type Owner, VirtualTime } from './machine/virtual-time.ts';
import { observer } from './marks.ts';
import type { Trace } from './trace.ts';
import { Witness } from './witness.ts';
import { Durable, type Evidence, Operator } from './world/evidence.ts';
import { Market } from './world/market.ts';
import type { Mishap } from './world/mishaps.ts';
import { fairWeather } from './world/network.ts';
import { drawPlan } from './world/plan.ts';
import type { DaySettings } from './world/settings.ts';
import { overheard, Truth } from './world/truth.ts';
import { WireLog } from './world/wire.ts';

const ORIGIN = 'http://127.0.0.1:1';

export interface Setting extends Stage {
  readonly evidence: Evidence;
  readonly market: Market;
  readonly witness: Witness;
  readonly marks: ReadonlySet<string>;
}

export interface Told {
  readonly trace: Trace;
  readonly log: (owner: Owner, level: keyof Log, message: string, facts: object) => void;
  /** Of every write of a daemon. */
  readonly onTouch?: DiskParts['onTouch'];
}

/** Everything but the mishaps themselves. Nothing has happened yet. */
export function setStage(
  settings: DaySettings,
  mishaps: readonly Mishap[],
  file: string,
  { trace, log, onTouch = () => undefined }: Told,
): Setting {
  const truth = new Truth();
  const market = new Market(settings);
  const exchange = overheard(createExchange({ tape: market.tape, settings: settings.exchange }), truth);
  const time = new VirtualTime(exchange.startsAt);
  const note = (line: string): void => trace.note(time.now, line);
  const marks = new Set<string>();
  const hosts: Host[] = [];
  const evidence: Evidence = {
    ...{ time, settings, exchange, truth, mishaps, hosts },
    plan: drawPlan(settings),
    wire: new WireLog(),
    durable: new Durable(),
    operator: new Operator(),
    diskFailures: new Map(),
    isHealed: false,
    mark: (name) => marks.add(name),
  };
  const witness = new Witness(evidence, [...INVARIANTS, observer], note);
  const { onSend } = evidence.wire;
  evidence.wire.onSend = (sent) => {
    onSend(sent);
    ambush.hear(sent);
  };
  const service = serviceOf(evidence);
  const weather = fairWeather(settings.latencyMs);
  const disk = soundDisk();
  const ambush = new Ambush(() => ({ time, service, main, disk, wire: evidence.wire, durable: evidence.durable }));
  const parts: HostParts = {
    ...{ time, settings, file, log, plan: evidence.plan },
    network: { time, service, weather, chance: new Chance(settings.seed, 'network'), wire: evidence.wire, note, origin: ORIGIN },
    disk: {
      state: disk,
      usualMs: settings.writeMs,
      chance: new Chance(settings.seed, 'disk'),
      onTouch: (when, puts) => {
        onTouch(when, puts);
        ambush.see(when, puts);
      },
      onDurable: witness.onDurable,
      onSnapshot: witness.onSnapshot,
      onFailure: (what) => evidence.diskFailures.set(what, (evidence.diskFailures.get(what) ?? 0) + 1),
    },
    onExit: (host, reason) => {
      note(`${host.name} ended: ${reason}`);
      if (host === main) time.after(RESTART_MS, () => main.start(), time.world);
    },
    onRecovered: witness.onRecovered,
  };
  const [main, second] = [new Host('main', parts), new Host('second', parts)];
  hosts.push(main, second);
  return {
    ...{ time, service, weather, disk, ambush, main, second, note, evidence, market, witness, marks },
    operator: evidence.operator,
    mark: evidence.mark,
    fairLatencyMs: settings.latencyMs,
  };
}

function serviceOf({ exchange, time, settings }: Evidence): ExchangeService {
  const clock = createMarketClock({ startsAt: exchange.startsAt, speed: 1, wall: () => time.now });
  return createExchangeService({
    ...{ exchange, clock, keys: KEYS, faultSeed: settings.seed, requestsPerMinute: settings.requestsPerMinute },
    tradeUpdateFrames: settings.tradeUpdateFrames,
    wall: {
      now: () => time.now,
      after: (ms, deed) => {
        const item = time.after(ms, deed, time.world);
        return () => {
          item.run = undefined;
        };
      },
    },
  });
}
