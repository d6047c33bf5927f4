export * from './field-error.ts';
export { FieldPath, path } from './field-path.ts';
export { goJson, goQuote } from './go-text.ts';
export * from './status-error.ts';
export * from './status-errors.ts';
export * from './status-from-response.ts';
export * from './status-predicates.ts';
