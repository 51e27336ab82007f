import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { Running } from '../../daemon/running.ts';
import { CAPTURES, Folder, needsBuild } from '../../support/unackd.ts';

const configOf = (port: number): string => `sources:
  capture: { use: pcap, path: ${CAPTURES}/black-hole.pcap }
sinks:
  siem: { use: syslog, transport: tcp, host: 127.0.0.1, port: ${port} }
`;

describe('syslog: the goodbye', () => {
  let folder: Folder;
  before(function () {
    needsBuild(this);
    folder = new Folder();
  });
  after(() => folder.remove());

  it('to a receiver that takes its time does not make the end a failure', async () => {
    const sockets: Socket[] = [];
    let came = '';
    const server = createServer({ allowHalfOpen: true }, (socket) => {
      sockets.push(socket);
      socket.setEncoding('utf8').on('data', (text: string) => {
        came += text;
      });
      socket.on('error', () => {}).on('end', () => setTimeout(() => socket.end(), 300));
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    try {
      const { port } = server.address() as AddressInfo;
      const daemon = new Running(folder.file('x.yaml', configOf(port)));
      assert.equal(await daemon.end(), 0, daemon.stderr);
      assert.match(came, /black-hole/u);
      assert.match(daemon.stderr, / ended after /u);
    } finally {
      for (const socket of sockets) socket.destroy();
      server.close();
    }
  });
});
