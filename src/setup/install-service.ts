/** How the service is installed, as the set-up needs it. */
import type { Locale } from '../text/locale.ts';

export type InstallService = (options: {
  readonly configFile: string;
  readonly scope: 'user' | 'system';
  readonly locale: Locale;
}) => Promise<{ readonly ok: boolean; readonly text: string }>;
