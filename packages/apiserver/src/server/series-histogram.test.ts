import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createMetrics } from '@coxswain/foundation';
import { SeriesHistogram } from './series-histogram.ts';

test('a histogram writes cumulative buckets for each of its series', async () => {
  const registry = createMetrics({ defaults: false });
  const histogram = new SeriesHistogram({ name: 'seconds', help: 'Time', buckets: [0.1, 1], registry });
  const gets = histogram.series({ verb: 'GET' });
  for (const value of [0.1, 0.5, 0.7, 3]) histogram.observe(gets, value);
  histogram.observe(histogram.series({ verb: 'PUT' }), 0);
  assert.equal(
    await registry.metrics(),
    [
      '# HELP seconds Time',
      '# TYPE seconds histogram',
      'seconds_bucket{verb="GET",le="0.1"} 1',
      'seconds_bucket{verb="GET",le="1"} 3',
      'seconds_bucket{verb="GET",le="+Inf"} 4',
      'seconds_sum{verb="GET"} 4.3',
      'seconds_count{verb="GET"} 4',
      'seconds_bucket{verb="PUT",le="0.1"} 1',
      'seconds_bucket{verb="PUT",le="1"} 1',
      'seconds_bucket{verb="PUT",le="+Inf"} 1',
      'seconds_sum{verb="PUT"} 0',
      'seconds_count{verb="PUT"} 1',
      '',
    ].join('\n'),
  );
});
