import { expect, it } from 'vitest';
import { signsOf } from '../../../src/gateways/generic/signs.ts';
import { NOTHING } from './settings.ts';

/** What programs write when somebody else listens on their port. */
it.each<[string, string, number | null | undefined]>([
  [
    'redis',
    '# Warning: Could not create server TCP listening socket 127.0.0.1:6379: bind: Address already in use',
    6379,
  ],
  [
    'redis on IPv6',
    '# Warning: Could not create server TCP listening socket ::1:6379: bind: Address already in use',
    6379,
  ],
  ['nginx', '[emerg] 12#12: bind() to 0.0.0.0:80 failed (98: Address already in use)', 80],
  [
    'nginx, with its time in the message',
    '2026/11/22 08:37:32 [emerg] 12#12: bind() to 127.0.0.1:18082 failed (98: Address already in use)',
    18082,
  ],
  ['nginx on IPv6', '[emerg] 12#12: bind() to [::]:8080 failed (98: Address already in use)', 8080],
  ['Node', 'Error: listen EADDRINUSE: address already in use :::3000', 3000],
  ['Node on one address', 'Error: listen EADDRINUSE: address already in use 127.0.0.1:8080', 8080],
  [
    'asyncio',
    "OSError: [Errno 98] error while attempting to bind on address ('0.0.0.0', 8000): address already in use",
    8000,
  ],
  ['Python', 'OSError: [Errno 98] Address already in use', null],
  ['Flask', 'Port 5000 is already in use by another program.', 5000],
  ['Go', 'listen tcp :8080: bind: address already in use', 8080],
  ['Spring', 'Web server failed to start. Port 8081 was already in use.', 8081],
  ['Rust', 'Error: Os { code: 98, kind: AddrInUse, message: "Address already in use" }', null],
  ['nobody', 'the address is used by me', undefined],
  ['nobody', 'listening on 127.0.0.1:8080', undefined],
])('%s: %s', (_who, message, port) => {
  const found = signsOf(NOTHING)(message, () => message);
  expect(found).toEqual(port === undefined ? [] : [{ link: null, fact: { kind: 'port-refused', port } }]);
});
