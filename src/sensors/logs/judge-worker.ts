/** The thread of a search (`src/sensors/logs/judge-apart.ts`): it judges what it is sent, piece by piece. */
import { parentPort, workerData } from 'node:worker_threads';
import { neverShow } from '../../base/redact/redact.ts';
import { UserError } from '../../base/errors.ts';
import { finderOf, shownOf, type Piece, type Sought } from './judging.ts';

export interface Beginning {
  readonly sought: Sought;
  /** What this process must not show. */
  readonly secrets: readonly string[];
}

export interface Question {
  readonly ask: 'finds' | 'shown';
  readonly pieces: readonly Piece[];
}

export type Answer =
  | { readonly kind: 'answer'; readonly answer: readonly (readonly (boolean | string)[])[] }
  | { readonly kind: 'error'; readonly code: string | null; readonly message: string };

const { sought, secrets } = workerData as Beginning;
secrets.forEach(neverShow);
let finds: ReturnType<typeof finderOf> | null = null;

const answerTo = ({ ask, pieces }: Question): Answer => {
  try {
    if (ask === 'shown') return { kind: 'answer', answer: pieces.map(shownOf) };
    finds ??= finderOf(sought);
    return { kind: 'answer', answer: pieces.map(finds) };
  } catch (error) {
    return {
      kind: 'error',
      code: error instanceof UserError ? error.code : null,
      message: error instanceof Error ? error.message : String(error),
    };
  }
};

parentPort?.on('message', (question: Question) => parentPort?.postMessage(answerTo(question)));
parentPort?.postMessage({ kind: 'answer', answer: [] } satisfies Answer);
