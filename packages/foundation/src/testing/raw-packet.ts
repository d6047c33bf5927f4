/** A command that sends the payload of an IPv4 packet of that protocol number through a raw socket; needs root. */
export function rawPacket(protocol: number, host: string, payload: Buffer): string[] {
  const script = `use Socket; socket(my $s, PF_INET, SOCK_RAW, ${protocol}) or die $!;
send($s, pack('H*', '${payload.toString('hex')}'), 0, pack_sockaddr_in(0, inet_aton('${host}'))) or die $!;`;
  return ['perl', '-e', script];
}

/** A command that sends a UDP datagram from port 0: nobody can answer it. */
export function datagramFromPortZero(host: string, port: number, data: Buffer): string[] {
  const header = Buffer.alloc(8);
  header.writeUInt16BE(port, 2);
  header.writeUInt16BE(header.length + data.length, 4);
  return rawPacket(17, host, Buffer.concat([header, data]));
}
