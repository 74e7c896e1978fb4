/** TLS in front of a platform of the sandbox: OpenClaw takes no other address than one of https for Feishu. */
import { readFile } from 'node:fs/promises';
import { once } from 'node:events';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { join } from 'node:path';
import { createServer } from 'node:tls';
import { runCommand } from '../../../src/supervisors/run-command.ts';
import { NotToBeHad } from '../packages.ts';

export interface TlsFront {
  readonly url: string;
  /** For whoever is to trust it. */
  readonly certificate: string;
  stop(): Promise<void>;
}

/** @param dir for its key and certificate */
export const openTlsFront = async (platform: string, dir: string): Promise<TlsFront> => {
  const [key, certificate] = [join(dir, 'front-key.pem'), join(dir, 'front-cert.pem')];
  const made = await runCommand([
    'openssl',
    'req',
    '-x509',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-days',
    '2',
    '-subj',
    '/CN=127.0.0.1',
    '-addext',
    'subjectAltName=IP:127.0.0.1',
    '-keyout',
    key,
    '-out',
    certificate,
  ]);
  if (made.exitCode !== 0) throw new NotToBeHad(`openssl makes no certificate: ${made.failure ?? made.stderr.trim()}`);
  const sockets = new Set<Socket>();
  const server = createServer({ key: await readFile(key), cert: await readFile(certificate) }, (near) => {
    const far = connect(Number(new URL(platform).port), '127.0.0.1');
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => other.destroy());
      socket.once('close', () => {
        sockets.delete(socket);
        other.destroySoon();
      });
      socket.pipe(other);
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    certificate,
    stop: async () => {
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, 'close');
    },
  };
};
