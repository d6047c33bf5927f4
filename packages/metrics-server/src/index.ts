export { type MetricsServerOptions, runMetricsServer } from './run-metrics-server.ts';
