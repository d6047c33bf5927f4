import assert from 'node:assert/strict';
import { it } from 'node:test';
import { createMetrics } from '@coxswain/foundation';
import { buildPod } from '../testing/build-pod.ts';
import { ProbeMetrics } from './probe-metrics.ts';

it('counts probes by their result, and forgets a container that is gone', async () => {
  const register = createMetrics({ defaults: false });
  const series = new ProbeMetrics(register).of(buildPod('web'), 'main');
  const observe = series.observer('Readiness');
  observe('failure', 0.2);
  observe('success', 0.1);
  observe('warning', 0.1);
  const text = await register.metrics();
  const label = 'probe_type="Readiness",container="main",pod="web",namespace="default"';
  assert.match(text, new RegExp(`prober_probe_total\\{${label},result="failed",pod_uid="[^"]+"\\} 1\n`));
  assert.match(text, new RegExp(`prober_probe_total\\{${label},result="successful",pod_uid="[^"]+"\\} 2\n`));
  assert.match(text, new RegExp(`prober_probe_duration_seconds_count\\{${label}\\} 3\n`));
  series.forget();
  assert.doesNotMatch(await register.metrics(), /container="main"/);
});
