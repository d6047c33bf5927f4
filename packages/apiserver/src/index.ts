export type { ApiserverOptions } from './options.ts';
export { runApiserver } from './run-apiserver.ts';
