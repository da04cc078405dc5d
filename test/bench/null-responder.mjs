// Answers every HTTP/1.1 request at once with the same transfer answer, at the least cost: raw sockets, no parsing beyond framing.
// Prints its port; ends when its standard input closes.
import net from 'node:net';

const body = '{"balance":99,"duration":1,"retries":0}';
const answer = Buffer.from(
  `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nX-Amzn-RequestId: 00000000-0000-4000-8000-000000000000\r\n` +
    `X-Amz-Executed-Version: $LATEST\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
);
const HEAD_END = Buffer.from('\r\n\r\n');

const server = net.createServer({ noDelay: true }, socket => {
  let rest = Buffer.alloc(0);
  socket.on('error', () => socket.destroy());
  socket.on('data', chunk => {
    let bytes = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
    for (;;) {
      const end = bytes.indexOf(HEAD_END);
      if (end < 0) break;
      const length = /content-length: *(\d+)/i.exec(bytes.latin1Slice(0, end));
      const total = end + 4 + (length ? Number(length[1]) : 0);
      if (bytes.length < total) break;
      bytes = bytes.subarray(total);
      socket.write(answer);
    }
    rest = bytes;
  });
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
process.stdin.resume().on('end', () => process.exit(0));
