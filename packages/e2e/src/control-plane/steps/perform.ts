import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import { eventually } from '@coxswain/foundation/testing';
import type { KubectlRunner } from '../../harness/kubectl.ts';
import { expectedOf, type Step } from './step.ts';

const SETTLED_MS = 30_000;
const TESTDATA = resolve(import.meta.dirname, '../testdata');

/** Where one run of the script happens. */
export interface Place {
  readonly runner: KubectlRunner;
  readonly minor: number;
  readonly namespace: string;
  /** Of the run's cluster-scoped objects. */
  readonly unique: string;
}

export function fillIn(text: string, { namespace, unique }: Place): string {
  return text.replaceAll('$NS', namespace).replaceAll('$UNIQUE', unique).replaceAll('$TESTDATA', TESTDATA);
}

/** Runs a step and asserts what it says; `eventually` steps until they hold. */
export async function perform(place: Place, step: Step): Promise<void> {
  if (step.eventually) await eventually(() => attempt(place, step), { timeout: SETTLED_MS });
  else await attempt(place, step);
}

async function attempt(place: Place, step: Step): Promise<void> {
  const { runner, namespace, minor } = place;
  const result = await runner.try(['-n', namespace, ...step.args.map((arg) => fillIn(arg, place))], {
    ...(step.input === undefined ? {} : { input: fillIn(step.input, place) }),
    ...(step.env === undefined ? {} : { env: step.env }),
  });
  const stdout = compared(result.stdout, place);
  const stderr = compared(result.stderr, place);
  if (step.fails) {
    assert.notEqual(result.code, 0, stdout);
    assert.match(stderr, step.fails);
    return;
  }
  assert.equal(result.code, step.exitCode ?? 0, stderr);
  const expected = expectedOf(step, minor);
  if (typeof expected === 'string') assert.equal(stdout, expected);
  else if (expected) assert.match(stdout, expected);
  if (step.never) assert.doesNotMatch(stdout, step.never);
  if (step.warns) assert.match(stderr, step.warns);
}

function compared(text: string, { namespace, unique }: Place): string {
  return text.replaceAll(namespace, 'NS').replaceAll(unique, 'UNIQUE');
}
