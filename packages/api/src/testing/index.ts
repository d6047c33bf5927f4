export { arbitraryObject } from './arbitrary-object.ts';
