/** One request, as told: no redirect is followed, and no more of the answer is read than is needed. */
import { httpCall, HttpFailure, type HttpAnswer } from '../../base/http.ts';
import { difference } from './matches.ts';
import type { LivenessCheck } from './settings.ts';

export interface Answer {
  readonly ok: boolean;
  /** It is well because it has its time still; nothing has been heard of it yet. */
  readonly early?: true;
  /** What came, for people. */
  readonly came: string;
}

/** No more of a body is read. */
const MOST_BYTES = 65_536;

type HttpCheck = Extract<LivenessCheck, { readonly kind: 'http' }>;

/** Never throws. */
export const askHttp = async (check: HttpCheck, timeoutMs: number): Promise<Answer> => {
  try {
    const answer = await httpCall({
      method: 'GET',
      url: new URL(check.url),
      headers: { 'user-agent': 'lifeline' },
      timeoutMs,
      mostBytes: (status) => (isWanted(check, status) && hasBodyRule(check) ? MOST_BYTES : 0),
    });
    return judge(check, answer);
  } catch (error) {
    const isLate = error instanceof HttpFailure && error.why === 'late';
    return { ok: false, came: isLate ? `no whole answer within ${timeoutMs / 1_000} s` : troubleOf(error) };
  }
};

/** Node's words may hold the address as it was written. */
export const troubleOf = (error: unknown): string => {
  const code = (error as NodeJS.ErrnoException | null)?.code;
  if (code === 'ECONNREFUSED') return 'connection refused';
  if (code === 'ECONNRESET' || code === 'EPIPE') return 'the connection broke off';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'the name of the host cannot be resolved';
  return code ?? 'no answer that can be understood';
};

const isWanted = ({ status }: HttpCheck, code: number): boolean =>
  status.length > 0 ? status.includes(code) : code >= 200 && code <= 299;

const hasBodyRule = ({ contains, json }: HttpCheck): boolean => contains !== null || json !== null;

const judge = (check: HttpCheck, { status: code, text, whole }: HttpAnswer): Answer => {
  const { contains, json } = check;
  if (!isWanted(check, code)) return { ok: false, came: `status ${code}` };
  const problem =
    (contains !== null && !text.includes(contains) ? `without ${JSON.stringify(contains)}` : null) ??
    (json === null ? null : differenceIn(text, whole, json));
  return { ok: problem === null, came: problem === null ? `status ${code}` : `status ${code}, but ${problem}` };
};

const differenceIn = (text: string, whole: boolean, wanted: Readonly<Record<string, unknown>>): string | null => {
  try {
    return difference(wanted, JSON.parse(text));
  } catch {
    return whole ? 'no JSON' : `more than ${MOST_BYTES / 1_024} kB`;
  }
};
