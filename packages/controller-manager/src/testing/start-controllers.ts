import { allKinds } from '@coxswain/api';
import type { FakeApiClient } from '@coxswain/client/testing';
import { createMetrics, silentLogger, systemClock } from '@coxswain/foundation';
import { type ControllerSettings, defaultSettings } from '../options.ts';
import { registrations } from '../registrations.ts';
import { runControllers } from '../run-controllers.ts';

export interface StartedControllers {
  /** Ends them and waits until they have ended. */
  stop(): Promise<void>;
}

/** Runs the controllers of these aliases against a fake apiserver. */
export function startControllers(
  client: FakeApiClient,
  aliases: readonly string[],
  settings: Partial<ControllerSettings> = {},
): StartedControllers {
  serveDiscovery(client);
  const controller = new AbortController();
  const chosen = registrations({ ...defaultSettings, ...settings }).filter(({ alias }) => aliases.includes(alias));
  if (chosen.length !== aliases.length) throw new Error(`no such controllers: ${aliases}`);
  const running = runControllers(
    {
      client,
      log: silentLogger(),
      clock: settings.clock ?? systemClock,
      metrics: createMetrics({ defaults: false }),
      registrations: chosen,
    },
    controller.signal,
  );
  return {
    async stop() {
      controller.abort(new Error('test is over'));
      client.close();
      await running;
    },
  };
}

/** Discovery documents of all built-in kinds. */
export function serveDiscovery(client: FakeApiClient): void {
  const verbs = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];
  const groups = new Set(allKinds.map(({ group, version }) => (group === '' ? '' : `${group}/${version}`)));
  client.onRequest((method, path) => {
    if (method !== 'GET') return undefined;
    if (path === '/apis')
      return {
        groups: [...groups].filter(Boolean).map((groupVersion) => {
          const [name = '', version = ''] = groupVersion.split('/');
          return { name, preferredVersion: { groupVersion, version } };
        }),
      };
    const at = path === '/api/v1' ? '' : path.replace(/^\/apis\//, '');
    if (!groups.has(at)) return undefined;
    const kinds = allKinds.filter(({ group, version }) => (group === '' ? '' : `${group}/${version}`) === at);
    return { resources: kinds.map(({ plural, kind, namespaced }) => ({ name: plural, kind, namespaced, verbs })) };
  });
}
