export * from './kinds/all-kinds.ts';
export * from './kinds/index.ts';
export * from './kinds/removed-versions.ts';
export * from './machinery/index.ts';
export * from './schema/index.ts';
