/** In the package, what `src/channels/feishu/link/load-sdk.ts` is in the sources: only what is used of the SDK. */
import type { Sdk } from '../src/channels/feishu/link/sdk.ts';

export const loadSdk = async (): Promise<Sdk> => import('./sdk-parts.ts');
