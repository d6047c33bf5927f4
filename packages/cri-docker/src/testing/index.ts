export { FakeDocker } from './fake-docker.ts';
