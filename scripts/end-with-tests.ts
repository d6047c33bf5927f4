// Preloaded into each file of tests by run-tests.ts. A file whose tests are over, but whose process goes on because
// something is still open, would hold up the whole run: it fails instead, and says what is open.
import { isMainThread } from 'node:worker_threads';

/** Milliseconds for what ends by itself: connections that idle out, a program that was told to stop. */
const GRACE_MS = 30_000;

const isTestFile = /\.test\.[a-z]+$/.test(process.argv[1] ?? '');
if (isMainThread && isTestFile && process.env['NODE_TEST_CONTEXT'] !== undefined) {
  const { after } = await import('node:test');
  after(() => {
    setTimeout(() => {
      const open = [...new Set(process.getActiveResourcesInfo())].join(', ');
      console.error(`${process.argv[1]}: the tests are over, but the process does not end: ${open} still open`);
      process.exit(1);
    }, GRACE_MS).unref();
  });
}
