import { join } from 'node:path';
import { createCriClient } from '@coxswain/cri';
import { criContract } from '@coxswain/cri/contract';
import { silentLogger } from '@coxswain/foundation';
import { eventually } from '@coxswain/foundation/testing';
import { runCriDocker } from './run-cri-docker.ts';
import { startDockerd } from './testing/dockerd.ts';

criContract('cri-docker', { runsProcesses: true }, async () => {
  const dockerd = await startDockerd();
  const { dir, host } = dockerd;
  const stop = new AbortController();
  const listen = `unix://${dir}/cri.sock`;
  const running = runCriDocker(
    {
      listen,
      dockerHost: host,
      cniBinDir: '/usr/lib/cni',
      cniConfDir: join(dir, 'net.d'),
      podInfraContainerImage: 'coxswain/pause:1',
      streamingBindAddr: '127.0.0.1:0',
      rootDir: join(dir, 'root'),
      log: silentLogger(),
    },
    stop.signal,
  );
  const client = createCriClient(listen);
  await eventually(() => client.version({}).then(() => true));
  return {
    client,
    image: 'busybox:test',
    dir,
    async stop() {
      client.close();
      stop.abort();
      await running;
      await dockerd.stop();
    },
  };
});
