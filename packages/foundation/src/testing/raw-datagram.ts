/** A command that sends a UDP datagram from port 0, as only a raw socket can: nobody can answer it. IPv4; needs root. */
export function datagramFromPortZero(host: string, port: number, data: Buffer): string[] {
  const header = Buffer.alloc(8);
  header.writeUInt16BE(port, 2);
  header.writeUInt16BE(header.length + data.length, 4);
  const packet = Buffer.concat([header, data]).toString('hex');
  const script = `use Socket; socket(my $s, PF_INET, SOCK_RAW, 17) or die $!;
send($s, pack('H*', '${packet}'), 0, pack_sockaddr_in(0, inet_aton('${host}'))) or die $!;`;
  return ['perl', '-e', script];
}
