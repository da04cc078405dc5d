// A bare TLS relay in front of PostgreSQL: answers the SSLRequest, then copies bytes both ways. What any gateway in Node must cost.
// node tls-relay.mjs <key.pem> <certificate.pem> <socket directory> <port>; prints its port; ends when its standard input closes.
import fs from 'node:fs';
import net from 'node:net';
import tls from 'node:tls';

const [keyFile, certificateFile, host, port] = process.argv.slice(2);
const context = tls.createSecureContext({ key: fs.readFileSync(keyFile), cert: fs.readFileSync(certificateFile) });

const server = net.createServer({ noDelay: true }, socket => {
  socket.once('data', () => {
    socket.write('S');
    const client = new tls.TLSSocket(socket, { isServer: true, secureContext: context });
    const backend = net.connect(`${host}/.s.PGSQL.${port}`);
    client.on('data', chunk => backend.write(chunk)).on('close', () => backend.destroy());
    backend.on('data', chunk => client.write(chunk)).on('close', () => client.destroy());
    for (const end of [client, backend]) end.on('error', () => end.destroy());
  });
  socket.on('error', () => socket.destroy());
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
process.stdin.resume().on('end', () => process.exit(0));
