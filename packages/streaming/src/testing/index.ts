export { connectSpdy } from './spdy-client.ts';
