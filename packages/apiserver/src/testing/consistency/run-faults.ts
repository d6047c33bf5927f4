import { setTimeout as sleep } from 'node:timers/promises';
import type { Storage } from '../../storage/storage.ts';
import type { ApiserverProcess } from '../apiserver-process.ts';
import type { EtcdServer } from '../etcd-server.ts';
import type { Random } from './random.ts';
import type { ChangeRecorder } from './record-changes.ts';

export interface FaultsOptions {
  readonly servers: readonly ApiserverProcess[];
  readonly etcd: EtcdServer;
  readonly storage: Storage;
  readonly recorder: ChangeRecorder;
  readonly random: Random;
}

const FAULTS = [
  'kill apiserver',
  'kill apiserver',
  'end apiserver',
  'stop apiserver',
  'kill etcd',
  'kill etcd',
  'stop etcd',
  'compact',
  'forget and kill apiserver',
  'overtake',
  'overtake',
] as const;

/** Does harm at random until the signal aborts; leaves everything running. Returns what it did. */
export async function runFaults(options: FaultsOptions, signal: AbortSignal): Promise<string[]> {
  const { random, servers } = options;
  const done: string[] = [];
  const begun = performance.now();
  while (!signal.aborted) {
    await sleep(300 + random.below(2000));
    const fault = random.pick(FAULTS);
    const index = random.below(servers.length);
    const pause = random.below(2000);
    done.push(`${((performance.now() - begun) / 1000).toFixed(1)}s ${fault} ${index} ${pause}ms`);
    await harm(options, fault, servers[index] as ApiserverProcess, pause);
  }
  return done;
}

async function harm(
  { etcd, storage, recorder }: FaultsOptions,
  fault: (typeof FAULTS)[number],
  server: ApiserverProcess,
  pause: number,
): Promise<void> {
  // Readers of the older past get 410 from then on.
  const compact = () => storage.compact(recorder.revision).catch(() => {});
  switch (fault) {
    case 'kill apiserver':
    case 'end apiserver':
    case 'forget and kill apiserver':
      if (fault === 'forget and kill apiserver') await compact();
      await server.down(fault === 'end apiserver' ? 'SIGTERM' : 'SIGKILL');
      await sleep(pause);
      server.up();
      return;
    case 'stop apiserver':
      server.signal('SIGSTOP');
      await sleep(pause);
      server.signal('SIGCONT');
      return;
    case 'kill etcd':
      await etcd.down();
      await sleep(pause);
      await etcd.up();
      return;
    case 'stop etcd':
      etcd.signal('SIGSTOP');
      await sleep(pause);
      etcd.signal('SIGCONT');
      return;
    case 'compact':
      await compact();
      return;
    case 'overtake':
      // What happens while the server sleeps is compacted away, with its watch of etcd cut.
      server.signal('SIGSTOP');
      await etcd.down();
      await etcd.up();
      await advance(recorder, 20);
      await compact();
      server.signal('SIGCONT');
      return;
    default:
      fault satisfies never;
  }
}

async function advance(recorder: ChangeRecorder, revisions: number): Promise<void> {
  const goal = recorder.revision + revisions;
  for (let tries = 0; tries < 80 && recorder.revision < goal; tries++) await sleep(100);
}
