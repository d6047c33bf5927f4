export { type DnsOptions, type DnsServer, runDns } from './run-dns.ts';
