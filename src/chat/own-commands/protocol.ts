/**
 * What Lifeline and the process of a TypeScript command say to each other. Types only: the process loads nothing for
 * it.
 */
import type { OwnContext } from './types.ts';

export type ToChild =
  | { readonly kind: 'load'; readonly file: string }
  | {
      readonly kind: 'run';
      readonly file: string;
      readonly context: Pick<OwnContext, 'locale' | 'now' | 'operator' | 'args'>;
    }
  | { readonly kind: 'result'; readonly id: number; readonly value?: unknown }
  | { readonly kind: 'refused'; readonly id: number; readonly text: string };

/** The process is the operator's code: whatever comes from there is looked at before it is believed. */
export type FromChild =
  | { readonly kind: 'ready' }
  | { readonly kind: 'loaded'; readonly declaration: unknown; readonly runs: boolean }
  | {
      readonly kind: 'call';
      readonly id: number;
      readonly method: 'gateways' | 'logs' | 'say';
      readonly args: readonly unknown[];
    }
  | { readonly kind: 'answer'; readonly answer: unknown }
  | { readonly kind: 'threw'; readonly text: string; readonly code: string | null };
