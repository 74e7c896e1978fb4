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
  /** The fault is with the request, the name or the certificate: a restart of the service meets the same. */
  readonly beyondRestart?: true;
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
    return isLate ? { ok: false, came: `no whole answer within ${timeoutMs / 1_000} s` } : failedWith(error);
  }
};

/** OpenSSL's codes, as Node names them, of a certificate that is not accepted. */
const CERTIFICATE = /^(?:CERT_|ERR_TLS_CERT|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT|UNABLE_TO_(?:GET|VERIFY)_)/;

/** Node's words may hold the address as it was written. */
export const failedWith = (error: unknown): Answer => {
  const code = (error as NodeJS.ErrnoException | null)?.code ?? '';
  if (code === 'ECONNREFUSED') return { ok: false, came: 'connection refused: nothing listens there' };
  if (code === 'ECONNRESET' || code === 'EPIPE') return { ok: false, came: 'the connection broke off' };
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    return { ok: false, came: 'the name of the host cannot be resolved', beyondRestart: true };
  if (code === 'CERT_HAS_EXPIRED') return { ok: false, came: 'its certificate has expired', beyondRestart: true };
  if (CERTIFICATE.test(code))
    return { ok: false, came: `its certificate is not accepted (${code})`, beyondRestart: true };
  return { ok: false, came: code || 'no answer that can be understood' };
};

/** Statuses by which the service works, and refuses this request. */
const REFUSALS: Readonly<Record<number, string>> = {
  401: 'status 401: it asks for credentials',
  403: 'status 403: it refuses this request',
  407: 'status 407: a proxy asks for credentials',
  429: 'status 429: it is asked too often',
};

const isWanted = ({ status }: HttpCheck, code: number): boolean =>
  status.length > 0 ? status.includes(code) : code >= 200 && code <= 299;

const hasBodyRule = ({ contains, json }: HttpCheck): boolean => contains !== null || json !== null;

const judge = (check: HttpCheck, { status: code, text, whole }: HttpAnswer): Answer => {
  const { contains, json } = check;
  if (!isWanted(check, code)) {
    const refused = REFUSALS[code];
    return refused === undefined
      ? { ok: false, came: `status ${code}` }
      : { ok: false, came: refused, beyondRestart: true };
  }
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
