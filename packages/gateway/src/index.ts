export { type GatewayOptions, runGateway } from './run-gateway.ts';
