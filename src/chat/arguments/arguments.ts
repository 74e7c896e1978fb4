/**
 * The arguments of a command as a schema: what each may be, in words for people and as values for the handler. Words
 * may come in any order as long as it is clear which argument each of them is.
 */
import type { Texts } from '../../text/locale.ts';
import type { GatewayPort } from '../command/ports.ts';

export type ArgumentSpec =
  /** With one gateway nobody types its name. `one`: with several it is asked for; `all`: null means all of them. */
  | { readonly kind: 'gateway'; readonly missing: 'one' | 'all' }
  | { readonly kind: 'count'; readonly least: number; readonly most: number }
  /** `90s`, `5m`, `2h`, `7d`, `2小时`, `10分钟`; `prefix` may stand before it as a word of its own: `since 10m`. */
  | {
      readonly kind: 'duration';
      readonly leastMs: number;
      readonly mostMs: number;
      readonly prefix?: readonly string[];
    }
  /** One of these words; each has other spellings. */
  | { readonly kind: 'word'; readonly words: Readonly<Record<string, readonly string[]>> }
  /** The number of an incident, `12` or `#12`. */
  | { readonly kind: 'incident' }
  /** The name of a command. */
  | { readonly kind: 'command' }
  /**
   * One word that matches; `rule` ends the sentence "must …" of the complaint. What does not match but `resembles` one
   * is complained of as such, with the example.
   */
  | {
      readonly kind: 'pattern';
      readonly pattern: RegExp;
      readonly rule: string | Texts<string>;
      readonly resembles?: readonly RegExp[];
      readonly example?: string;
    }
  /** Everything that is no other argument, as it was typed. */
  | { readonly kind: 'rest' };

/** `hidden`: buttons use it, help does not show it. */
export type Argument = ArgumentSpec & { readonly required?: boolean; readonly hidden?: boolean };

/** By name, in the order in which help shows them. */
export type Arguments = Readonly<Record<string, Argument>>;

type ValueOf<A extends Argument> = A extends { readonly kind: 'gateway'; readonly missing: 'one' }
  ? GatewayPort
  : A extends { readonly kind: 'gateway' }
    ? GatewayPort | null
    : A extends { readonly kind: 'word'; readonly words: infer W }
      ? keyof W | (A extends { readonly required: true } ? never : null)
      : | (A extends { readonly kind: 'count' | 'duration' | 'incident' } ? number : string)
        | (A extends { readonly required: true } ? never : null);

/** What the handler gets: null for what was not typed. */
export type Values<A extends Arguments> = { readonly [Name in keyof A]: ValueOf<A[Name]> };
