// What bench/dns.ts compares with: a server that sends each query back as its own answer. Prints its port.
import { createSocket } from 'node:dgram';

const socket = createSocket({ type: 'udp4', lookup: (address, _options, found) => found(null, address, 4) });
socket.on('message', (message, from) => {
  message[2] = (message[2] as number) | 0x80;
  socket.send(message, from.port, from.address, () => {});
});
socket.bind(0, '127.0.0.1', () => console.log(socket.address().port));
