/** What keeps Lifeline, as far as the doctor asks: a part of what `src/service/state.ts` tells. */
export type OwnService =
  | { readonly kind: 'none' }
  | { readonly kind: 'unreachable'; readonly unit: string; readonly problem: string }
  | {
      readonly kind: 'systemd';
      readonly scope: 'user' | 'system';
      readonly unit: string;
      readonly active: string;
      readonly enabled: boolean;
      readonly linger: boolean | null;
      readonly lingerProblem: string | null;
      readonly definition: 'current' | 'outdated' | 'changed';
      readonly user: string;
      readonly watchdogMs: number | null;
      readonly configFile: string | null;
    }
  | {
      readonly kind: 'launchd';
      readonly unit: string;
      readonly active: boolean;
      readonly enabled: boolean;
      readonly definition: 'current' | 'outdated' | 'changed';
      readonly configFile: string | null;
    };
