/** A process with an HTTP server on loopback that takes all that it is sent: for who waits for a command meanwhile. */
import { spawn } from 'node:child_process';

const SERVE = `
const server = require('node:http').createServer((request, response) => {
  request.resume().on('end', () => response.end());
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
process.stdin.resume().on('end', () => process.exit());
`;

/** @returns its port, and how to end it; it also ends with this process */
export async function startTaker(): Promise<{ port: number; end(): void }> {
  const child = spawn(process.execPath, ['-e', SERVE], { stdio: ['pipe', 'pipe', 'inherit'] });
  const { promise, resolve } = Promise.withResolvers<number>();
  child.stdout.once('data', (text: Buffer) => resolve(Number(text.toString())));
  return { port: await promise, end: () => child.stdin.end() };
}
