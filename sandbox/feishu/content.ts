/** What may stand in a message: types, sizes, cards. */
import { CardError, checkCard } from './card/check.ts';
import type { Chats } from './chats.ts';
import { ApiError, badParameter, type Body } from './http.ts';
import type { Files, StoredFile } from './files.ts';
import type { Images } from './images.ts';
import { parseObject } from './json.ts';
import type { Limits } from './limits.ts';
import type { Rules } from './rules.ts';

/** What all calls about messages work with. */
export interface Context {
  readonly chats: Chats;
  readonly images: Images;
  readonly files: Files;
  readonly limits: Limits;
  readonly rules: Rules;
  readonly now: () => number;
}

const KB = 1024;
/** The whole request body counts (docs/facts/feishu.md 4.1). */
const LIMIT_BYTES: Readonly<Record<string, number>> = {
  text: 150 * KB,
  post: 30 * KB,
  interactive: 30 * KB,
  image: 30 * KB,
  file: 30 * KB,
  audio: 30 * KB,
  media: 30 * KB,
};

export const tooLong = (): ApiError => new ApiError(230025, 'The length of the message content reaches its limit.');

/** @throws ApiError for a card that the platform would refuse. */
export const requireCard = (
  card: Readonly<Record<string, unknown>>,
  { rules, images }: Pick<Context, 'rules' | 'images'>,
): void => {
  try {
    checkCard(card, {
      schema: rules.cardSchema,
      counts: rules.cardCounts,
      charts: rules.charts,
      isImage: (key) => images.has(key),
    });
  } catch (error) {
    if (!(error instanceof CardError)) throw error;
    throw new ApiError(230099, `Failed to create card content, ext=${error.message}`);
  }
};

export interface Checked {
  readonly type: string;
  readonly content: string;
  /** Of a message that is one. */
  readonly file?: StoredFile;
}

/** @throws ApiError for content that the platform would refuse. */
export const checkContent = (
  appId: string,
  type: unknown,
  body: Body,
  context: Pick<Context, 'rules' | 'images' | 'files'>,
): Checked => {
  const { content } = body.json;
  const limit = LIMIT_BYTES[String(type)];
  if (typeof type !== 'string' || limit === undefined)
    throw badParameter('msg_type is not one that this platform takes');
  if (typeof content !== 'string') throw badParameter('content must be a JSON string');
  const parsed = parseObject(content);
  if (!parsed) throw badParameter('content is not a string in json format');
  if (context.rules.size && body.bytes > limit) throw tooLong();
  if (type === 'text' && (typeof parsed['text'] !== 'string' || parsed['text'] === ''))
    throw badParameter('text is empty');
  if (type === 'image' && !context.images.has(String(parsed['image_key']))) throw badParameter('invalid image_key');
  if (type === 'interactive') requireCard(parsed, context);
  return type === 'file' || type === 'audio' || type === 'media'
    ? { type, content, file: context.files.sent(appId, parsed['file_key'], type) }
    : { type, content };
};
