/** The doctor's checks of the broker: reachable, keys taken, account fit, clocks agree, stream slot free. In the demo: the recorded bars. */
import type { Config, Mode } from '#config/config.ts';
import { holderOfHome } from '#server/adapters/home-lock.ts';
import { connectDaemon, NoDaemonError } from '#server/api/client.ts';
import { failing, type Row, warning, well } from './check.ts';

const STREAM_TIMEOUT_MS = 8_000;

const checks: Readonly<Record<Mode, (config: Config) => Promise<readonly Row[]>>> = {
  demo: demoCheck,
  paper: alpacaCheck,
  live: alpacaCheck,
};

export const brokerCheck = (config: Config): Promise<readonly Row[]> => checks[config.mode](config);

async function demoCheck(config: Config): Promise<readonly Row[]> {
  const { exchangeUrl } = config.demo;
  return exchangeUrl === undefined ? await builtInCheck(config) : await neighbourCheck(config, exchangeUrl);
}

/** The demo trades on an exchange that is a process of its own. */
async function neighbourCheck(config: Config, url: string): Promise<readonly Row[]> {
  const { directBroker } = await import('./broker.ts');
  const remedy = 'start it with "tradar exchange", or leave demo.exchangeUrl out to use the built-in one';
  const broker = await directBroker(config).then(
    () => well('broker', `an exchange of this machine, ${url}`),
    (error: unknown) => failing('broker', error instanceof Error ? error.message : String(error), remedy),
  );
  return [well('clock', "not compared: the demo's market has a clock of its own"), broker, ...((await streamsOfDaemon(config.home)) ?? [])];
}

async function builtInCheck({ demo: { barsFolder }, portfolios, home }: Config): Promise<readonly Row[]> {
  const { loadTape } = await import('#server/exchange/wire/load-tape.ts');
  const rows: Row[] = [well('clock', "not compared: the demo's market has a clock of its own")];
  try {
    const { minutes, series } = loadTape({ folder: barsFolder, symbols: portfolios.flatMap(({ symbols }) => symbols) });
    rows.push(well('broker', `built-in exchange, ${minutes.length} recorded minutes of ${series.size} symbols`));
  } catch (error) {
    const remedy = 'correct the folder, or leave demo.barsFolder out to use the bundled bars';
    rows.push(failing('broker', error instanceof Error ? error.message : String(error), remedy));
  }
  return [...rows, ...((await streamsOfDaemon(home)) ?? [well('stream slot', 'the built-in exchange has slots for all')])];
}

async function alpacaCheck(config: Config): Promise<readonly Row[]> {
  const { directBroker } = await import('./broker.ts');
  const { probeBroker } = await import('#server/adapters/alpaca/probe.ts');
  // An account has one slot; to try it would cost the running daemon its own.
  const streams = await streamsOfDaemon(config.home);
  const { client, log } = await directBroker(config);
  const findings = await probeBroker({
    client,
    log,
    wall: () => Date.now(),
    streamTimeoutMs: STREAM_TIMEOUT_MS,
    // A frozen one still has it.
    streamIsOurs: streams !== undefined || holderOfHome(config.home) !== undefined,
  });
  const names = { broker: 'broker', keys: 'broker keys', account: 'account', clock: 'clock', stream: 'stream slot' } as const;
  const rows = findings.map(({ name, ok, detail, remedy }) =>
    ok ? well(names[name], detail) : failing(names[name], detail, remedy ?? 'try again'),
  );
  return [...rows, ...(streams ?? [])];
}

/** What the daemon of this home says of its streams; nothing when none runs. */
async function streamsOfDaemon(home: string): Promise<readonly Row[] | undefined> {
  try {
    const daemon = await connectDaemon(home);
    try {
      const { streams } = await daemon.trpc.system.health.query();
      const lost = streams.filter(({ state }) => state === 'lost').map(({ name }) => name);
      if (lost.length === 0) return [well('stream slot', 'in use by the running daemon')];
      return [
        warning(
          'stream slot',
          `the running daemon has lost ${lost.join(', ')}`,
          'it reconnects by itself; look into its log when it does not',
        ),
      ];
    } finally {
      await daemon.close();
    }
  } catch (error) {
    if (error instanceof NoDaemonError) return undefined;
    throw error;
  }
}
