import { rawPacket } from '@coxswain/foundation/testing';

/** A command that sends one SCTP INIT to an address and port: a raw socket, since few kernels have SCTP ones. */
export function sctpInit(host: string, port: number): string[] {
  const packet = Buffer.alloc(32);
  packet.writeUInt16BE(40_000, 0);
  packet.writeUInt16BE(port, 2);
  packet.set([1, 0, 0, 20], 12);
  packet.writeUInt32BE(1, 16);
  packet.writeUInt32BE(65_536, 20);
  packet.writeUInt16BE(1, 24);
  packet.writeUInt16BE(1, 26);
  packet.writeUInt32BE(1, 28);
  packet.writeUInt32LE(crc32c(packet), 8);
  return rawPacket(132, host, packet);
}

function crc32c(bytes: Buffer): number {
  let crc = 0xffff_ffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f6_3b78 : crc >>> 1;
  }
  return (crc ^ 0xffff_ffff) >>> 0;
}
