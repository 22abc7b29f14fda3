/** `tradar exchange`: Alpaca in a box, served until it is told to stop. */
import { EXIT, type Verb } from './cli/verb.ts';

export const exchange: Verb = {
  name: 'exchange',
  summary: 'Serves a local exchange that every Alpaca client takes for the real one: trading, market data and streams, offline.',
  flags: {
    port: { type: 'text', value: 'N', help: 'port for REST and streams (default 8790; 0 takes any free one)' },
    host: { type: 'text', value: 'HOST', help: 'where to listen (default 127.0.0.1)' },
    bars: {
      type: 'text',
      value: 'PATHS',
      help: 'folders or CSV(.gz) files of bars, quotes or trades, random:STOCKS[+PAIRS][:DAYS[:FROM]], by commas (default: the demo)',
    },
    symbols: { type: 'text', value: 'LIST', help: 'only these symbols; with --random the names that it has' },
    random: { type: 'switch', help: 'a random market by the seed instead of bars' },
    seed: { type: 'text', value: 'N', help: 'decides chance, ids and faults (default 1)' },
    cash: { type: 'text', value: 'AMOUNT', help: 'dollars to begin with (default 100000)' },
    speed: { type: 'text', value: 'SPEED', help: 'N market seconds a second, or real, step or paused (default real)' },
    'keep-nights': { type: 'switch', help: 'wait through the hours without bars instead of jumping over them' },
    once: { type: 'switch', help: 'end the market with the last bar instead of beginning again' },
    'rate-limit': { type: 'text', value: 'N', help: 'requests a minute and key; Alpaca allows 200 (default 0: no limit)' },
    'control-port': { type: 'text', value: 'N', help: 'port of the control endpoint, on the loopback (default: any free one)' },
    keys: { type: 'text', value: 'FILE', help: 'file with ID:SECRET, readable by you alone; otherwise TRADAR_EXCHANGE_KEYS' },
    state: { type: 'text', value: 'FOLDER', help: 'where the state survives the process; otherwise it is forgotten' },
    tls: { type: 'switch', help: 'a second port with TLS, for clients that hard-code wss' },
    'tls-port': { type: 'text', value: 'N', help: 'its port (default: any free one)' },
    set: { type: 'text', value: 'NAME=VALUE', repeats: true, help: 'a switch; the others keep their defaults' },
    settings: { type: 'text', value: 'FILE', help: 'JSON file with switches: { "NAME": VALUE, … }; --set outdoes it' },
    list: { type: 'switch', help: 'every switch with its values and default, and nothing is served' },
  },
  notes: [
    'What Alpaca leaves open is a switch: tradar exchange --set stopTrigger=quote --set dataPlan=free',
    'Without a key pair any keys are accepted. docs/exchange.md says how to point each client here, and has control and faults.',
    'With --json one line with all addresses goes to stdout once it serves. Ctrl-C or SIGTERM ends it (0).',
  ],
  async run(call) {
    if (call.has('list')) {
      const { switchLines, switchList } = await import('./cli/exchange-switches.ts');
      if (call.json) call.print(JSON.stringify(switchList()));
      else for (const line of switchLines()) call.print(line);
      return EXIT.done;
    }
    const { exchangeOptions } = await import('./cli/exchange-options.ts');
    const options = exchangeOptions(call);
    const { serveExchange } = await import('./cli/exchange-serve.ts');
    const { keepHeapSmall } = await import('./cli/small-heap.ts');
    keepHeapSmall();
    const served = await serveExchange(options);
    const { urlLines } = await import('./cli/exchange-urls.ts');
    if (call.json) call.print(JSON.stringify(served.facts));
    else for (const line of urlLines(served.facts)) call.print(line);
    await new Promise<void>((done) => {
      for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => done());
    });
    await served.close();
    return EXIT.done;
  },
};
