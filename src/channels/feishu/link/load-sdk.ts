/**
 * The vendor's SDK, loaded when a link is wanted and not before: it is 30 MB of source. `require` rather than
 * `import`, which costs 15 MB more of memory (docs/facts/feishu.md 1.6). The package has `build/bundled-sdk.ts` in the
 * place of this file.
 */
import { createRequire } from 'node:module';
import type { Sdk } from './sdk.ts';

export const loadSdk = async (): Promise<Sdk> => createRequire(import.meta.url)('@larksuiteoapi/node-sdk') as Sdk;
