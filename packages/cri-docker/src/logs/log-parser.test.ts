import assert from 'node:assert/strict';
import { it } from 'node:test';
import { LogParser, renderMessages } from './log-parser.ts';

const T1 = '2026-01-01T00:00:00.000000001Z';
const T2 = '2026-01-01T00:00:00.000000002Z';

function frame(stream: 1 | 2, text: string): Buffer {
  const header = Buffer.alloc(8);
  header[0] = stream;
  header.writeUInt32BE(Buffer.byteLength(text), 4);
  return Buffer.concat([header, Buffer.from(text)]);
}

function parse(parser: LogParser, data: Buffer, size: number): string {
  const out: Buffer[] = [];
  for (let at = 0; at < data.length; at += size) out.push(renderMessages(parser.push(data.subarray(at, at + size))));
  return Buffer.concat(out).toString();
}

it('takes multiplexed messages apart, however the chunks fall', () => {
  const data = Buffer.concat([
    frame(1, `${T1} one\n`),
    frame(2, `${T1} \n`),
    frame(1, `${T2} part`),
    frame(1, `${T2} of ünï\n`),
  ]);
  const expected = `${T1} stdout F one\n${T1} stderr F \n${T2} stdout P part\n${T2} stdout F of ünï\n`;
  for (const size of [1, 3, 8, 50, data.length]) assert.equal(parse(new LogParser(false), data, size), expected);
});

it('reads a terminal, where only times stand between the pieces of a long line', () => {
  const piece = 'x'.repeat(16384);
  const data = Buffer.from(`${T1} one\r\n${T1} ${piece}${T2} rest\n${T2} end\n`);
  const expected = `${T1} stdout F one\r\n${T1} stdout P ${piece}\n${T2} stdout F rest\n${T2} stdout F end\n`;
  for (const size of [7, 1000, data.length]) assert.equal(parse(new LogParser(true), data, size), expected);
});
