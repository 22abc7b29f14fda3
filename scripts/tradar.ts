#!/usr/bin/env node
/** The command line: `tradar VERB [FLAGS]`. */
import { runCommand } from './cli/run.ts';

// Whoever reads our output may stop reading: `tradar watch | head`.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

const code = await runCommand(process.argv.slice(2), { out: process.stdout, err: process.stderr });
// A connection that still lingers must not keep a finished command; what was written goes out first.
process.stdout.write('', () => process.stderr.write('', () => process.exit(code)));
