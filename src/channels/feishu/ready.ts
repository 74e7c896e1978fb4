/**
 * Whether the app can do what Lifeline needs, asked at the start. One that never could is a mistake in the set-up, and
 * Lifeline says so and does not start. One that could before is no reason to stop watching the gateway: that is logged,
 * and the other channels are told by those who find the channel down.
 */
import { UserError } from '../../base/errors.ts';
import type { Logger } from '../../base/logger.ts';
import type { Meta } from '../../store/meta.ts';
import type { FeishuOptions } from './options.ts';
import { preflight } from './preflight.ts';

const LIMIT_MS = 15_000;

const keyOf = ({ appId }: Pick<FeishuOptions, 'appId'>): string => `feishu_ready ${appId}`;

/** Such an app is not refused any more: `checkReady` only logs what is wrong with it. */
export const hasBeenReady = (options: Pick<FeishuOptions, 'appId'>, meta: Pick<Meta, 'get'>): boolean =>
  meta.get(keyOf(options)) !== null;

/**
 * @returns whether the platform has answered. @throws UserError `FEISHU_NOT_READY` for an app that has never worked and
 * cannot work.
 */
export const checkReady = async (
  options: FeishuOptions & { readonly logger: Logger },
  meta: Meta,
): Promise<boolean> => {
  const key = keyOf(options);
  const { problems } = await preflight(options, { signal: AbortSignal.timeout(LIMIT_MS) });
  const certain = problems.filter(({ about, fix }) => about === 'credentials' || fix === 'grant_permission');
  if (problems.length === 0) meta.set(key, 'yes');
  for (const { text } of problems.filter((problem) => !certain.includes(problem)))
    options.logger.warn({ problem: text }, 'the Feishu app may not be ready');
  const answered = problems.every(({ about }) => about !== 'platform');
  if (certain.length === 0) return answered;
  const text = certain.map((problem) => problem.text).join('\n');
  if (!hasBeenReady(options, meta))
    throw new UserError('FEISHU_NOT_READY', `The Feishu app ${options.appId} is not ready:\n${text}`);
  options.logger.error({ problem: text }, 'the Feishu app can no longer do what Lifeline needs');
  return answered;
};
