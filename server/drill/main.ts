/** The rehearsal's process: the folder of bars as its argument, its report as one line of JSON on stdout. It is given no keys. */
import { rehearse } from './rehearsal.ts';

const [barsFolder = ''] = process.argv.slice(2);
process.stdout.write(`${JSON.stringify(await rehearse(barsFolder))}\n`);
process.exit(0);
