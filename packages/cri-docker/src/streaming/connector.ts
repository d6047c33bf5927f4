/**
 * The program that runs inside a network namespace, as text because nothing but Node need be there. For each
 * `{ id, port }` it connects and sends the connection back; a paused socket loses no byte on the way.
 */
export const CONNECTOR = `
const net = require('node:net');
process.on('disconnect', () => process.exit());
process.on('message', ({ id, port }) => {
  let first;
  const attempt = (host, otherwise) => {
    const socket = new net.Socket({ allowHalfOpen: true });
    socket.pause();
    socket.once('error', otherwise);
    socket.connect({ host, port }, () => process.send({ id }, socket, { keepOpen: false }));
  };
  attempt('127.0.0.1', (error) => {
    attempt('::1', () => process.send({ id, error: error.message }));
  });
});
`;
