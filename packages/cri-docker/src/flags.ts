export const FLAGS = {
  listen: { kind: 'string', default: 'unix:///run/cri-docker.sock', help: 'socket that the CRI is served on' },
  'docker-host': { kind: 'string', default: 'unix:///var/run/docker.sock', help: 'the Docker engine to use' },
  'cni-bin-dir': { kind: 'string', default: '/usr/lib/cni', help: 'directories with the CNI plugins, : between' },
  'cni-conf-dir': { kind: 'string', default: '/etc/cni/net.d', help: 'directory with the CNI configuration' },
  'pod-infra-container-image': { kind: 'string', default: 'coxswain/pause:1', help: "the sandboxes' image" },
  'streaming-bind-addr': { kind: 'string', default: '127.0.0.1:0', help: 'where streaming is served' },
  'root-dir': { kind: 'string', default: '/var/lib/cri-docker', help: 'where what must survive restarts is kept' },
  'oom-kills-dir': {
    kind: 'string',
    default: '',
    help: 'where the OCI runtime leaves a file for each container that was killed for memory',
  },
  'log-level': { kind: 'string', default: 'info', help: 'trace, debug, info, warn, error or silent' },
} as const;
