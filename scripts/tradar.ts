#!/usr/bin/env node
/** The command line: `tradar VERB [FLAGS]`. */
import { runCommand } from './cli/run.ts';

// Whoever reads our output may stop reading: `tradar watch | head`.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

process.exitCode = await runCommand(process.argv.slice(2), { out: process.stdout, err: process.stderr });
