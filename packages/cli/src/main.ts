#!/usr/bin/env node
import { runCli } from './run-cli.ts';

// A reader that has seen enough (`cox get pods | head`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
const code = await runCli(process.argv.slice(2));
// What was written reaches a pipe before the process ends; kept connections must not delay that.
process.stdout.write('', () => process.exit(code));
