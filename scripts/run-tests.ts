// run-tests unit|integration|e2e [WORD...]: runs the suite's files, or those whose path contains one of the words, and
// ends with `<suite>: N passed, N failed`. A skipped test counts as failed: no test passes by skipping. So does a suite
// whose own hook failed, and a file whose process does not end after its tests.
import { appendFileSync, globSync, writeFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { inspect } from 'node:util';

/** Characters of one failure in the summary. */
const LONGEST_FAILURE = 3000;
const root = resolve(import.meta.dirname, '..');
const isIntegration = (file: string) => file.endsWith('.integration.test.ts');
const isEndToEnd = (file: string) => file.startsWith('packages/e2e/') && !isIntegration(file);

const SUITES: Record<string, { wants: (file: string) => boolean; concurrency: number; timeoutMs: number }> = {
  unit: { wants: (file) => !isIntegration(file) && !isEndToEnd(file), concurrency: 2, timeoutMs: 120_000 },
  integration: { wants: isIntegration, concurrency: 2, timeoutMs: 900_000 },
  e2e: { wants: isEndToEnd, concurrency: 1, timeoutMs: 1_800_000 },
};

const [name = '', ...words] = process.argv.slice(2);
const suite = SUITES[name];
if (!suite) {
  console.error(`usage: run-tests ${Object.keys(SUITES).join('|')} [WORD...]`);
  process.exit(2);
}
const files = globSync(['packages/*/src/**/*.test.ts', 'scripts/**/*.test.ts'], { cwd: root })
  .filter((file) => suite.wants(file) && (words.length === 0 || words.some((word) => file.includes(word))))
  .sort();

const totals = { passed: 0, failed: 0 };
const failures: string[] = [];
if (files.length > 0) {
  const events = run({
    cwd: root,
    files: files.map((file) => resolve(root, file)),
    concurrency: suite.concurrency,
    timeout: suite.timeoutMs,
    execArgv: ['--import', resolve(import.meta.dirname, 'end-with-tests.ts')],
  });
  events.on('test:summary', ({ counts, file }) => {
    if (file !== undefined) return;
    totals.passed = counts.passed;
    totals.failed += counts.tests - counts.passed;
  });
  events.on('test:fail', ({ name, file, line, details }) => {
    const { failureType, cause } = details.error as Error & { failureType?: string };
    if (failureType === 'subtestsFailed') return;
    // The runner does not count a suite whose own hook failed.
    if (details.type === 'suite') totals.failed += 1;
    const place = `${relative(root, file ?? '')}:${line ?? 0}`;
    failures.push(`FAILED ${name} (${place})\n${inspect(cause ?? details.error).slice(0, LONGEST_FAILURE)}\n`);
  });
  const reporter = events.compose(spec);
  for await (const text of reporter) process.stdout.write(text);
}
const line = `${totals.passed} passed, ${totals.failed} failed`;
console.log(`${name}: ${line}`);
const failuresFile = process.env['TEST_FAILURES_FILE'];
if (failuresFile !== undefined) appendFileSync(failuresFile, failures.join('\n'));
const totalsFile = process.env['TEST_TOTALS_FILE'];
if (totalsFile !== undefined) writeFileSync(totalsFile, `${totals.passed} ${totals.failed}\n`);
process.exit(totals.failed > 0 ? 1 : 0);
