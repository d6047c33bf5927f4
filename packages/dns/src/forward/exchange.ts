import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { connect, isIPv6 } from 'node:net';
import * as dnsPacket from 'dns-packet';
import type { WireRecord } from '../wire/encode-response.ts';
import { MAX_UDP_SIZE } from '../wire/encode-response.ts';
import { RCODES, type Rcode } from '../wire/query.ts';
import type { ForwardedAnswer, ForwardedQuestion } from './forwarded-answer.ts';
import type { UpstreamAddress } from './parse-resolv-conf.ts';

export type Exchange = (
  question: ForwardedQuestion,
  server: UpstreamAddress,
  signal: AbortSignal,
) => Promise<ForwardedAnswer>;

/**
 * Asks one server: by UDP from a port and with an id that can't be foretold, then by TCP when the answer was cut short.
 * Rejects when the signal aborts, the server refuses the port or its answer can't be read.
 */
export const exchange: Exchange = async (question, server, signal) => {
  const id = randomInt(0x10000);
  const query = dnsPacket.encode({
    type: 'query',
    id,
    flags: dnsPacket.RECURSION_DESIRED,
    questions: [{ name: question.name === '' ? '.' : question.name, type: question.type as dnsPacket.RecordType }],
    additionals: [
      {
        type: 'OPT',
        name: '.',
        udpPayloadSize: MAX_UDP_SIZE,
        extendedRcode: 0,
        ednsVersion: 0,
        flags: question.dnssec ? dnsPacket.DNSSEC_OK : 0,
        flag_do: question.dnssec,
        options: [],
      },
    ],
  });
  const answered = await exchangeUdp(query, server, signal);
  if (!answered.flag_tc) return read(answered);
  return read(await exchangeTcp(query, server, signal));
};

function exchangeUdp(query: Buffer, server: UpstreamAddress, signal: AbortSignal): Promise<dnsPacket.DecodedPacket> {
  return new Promise((resolve, reject) => {
    const socket = createSocket(isIPv6(server.host) ? 'udp6' : 'udp4');
    const end = (finish: () => void) => {
      signal.removeEventListener('abort', abort);
      socket.close();
      finish();
    };
    const abort = () => end(() => reject(signal.reason));
    socket.once('error', (error) => end(() => reject(error)));
    socket.on('message', (message) => {
      // What answers another question is a stray or a forgery: the true answer may still come.
      const packet = answerTo(query, message);
      if (packet) end(() => resolve(packet));
    });
    if (signal.aborted) return abort();
    signal.addEventListener('abort', abort, { once: true });
    // A connected socket takes datagrams of that server only, and hears that its port is closed.
    socket.connect(server.port, server.host, () => socket.send(query));
  });
}

function exchangeTcp(query: Buffer, server: UpstreamAddress, signal: AbortSignal): Promise<dnsPacket.DecodedPacket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: server.host, port: server.port, signal });
    let received = Buffer.alloc(0);
    const end = (finish: () => void) => {
      socket.destroy();
      finish();
    };
    socket.once('error', (error) => end(() => reject(error)));
    socket.once('close', () => reject(new Error('the server closed the connection before its answer')));
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      if (received.length < 2 || received.length < 2 + received.readUInt16BE(0)) return;
      const packet = answerTo(query, received.subarray(2, 2 + received.readUInt16BE(0)));
      end(() => (packet ? resolve(packet) : reject(new Error('the server answered something else'))));
    });
    const length = Buffer.alloc(2);
    length.writeUInt16BE(query.length);
    socket.write(Buffer.concat([length, query]));
  });
}

/** The packet, when it answers this query; undefined otherwise. */
function answerTo(query: Buffer, message: Buffer): dnsPacket.DecodedPacket | undefined {
  try {
    const packet = dnsPacket.decode(message);
    const asked = dnsPacket.decode(query).questions?.[0];
    const repeated = packet.questions?.[0];
    const same =
      packet.flag_qr &&
      packet.id === query.readUInt16BE(0) &&
      repeated?.type === asked?.type &&
      repeated?.name.toLowerCase() === asked?.name.toLowerCase();
    return same ? packet : undefined;
  } catch {
    return undefined;
  }
}

function read(packet: dnsPacket.DecodedPacket): ForwardedAnswer {
  const rcode = (packet as { rcode?: string }).rcode ?? '';
  const records = (list: readonly dnsPacket.Answer[] = []) =>
    list.filter((record) => record.type !== 'OPT') as unknown as WireRecord[];
  return {
    rcode: rcode in RCODES ? (rcode as Rcode) : 'SERVFAIL',
    answers: records(packet.answers),
    authorities: records(packet.authorities),
  };
}
