export type { DockerEngine } from './docker/docker-engine.ts';
export { DockerError } from './docker/docker-engine.ts';
export { type CriDockerOptions, runCriDocker } from './run-cri-docker.ts';
