/**
 * The update tokens of clicks: 30 minutes, two uses, and only after the click was answered (docs/facts/feishu.md 3.3).
 */
import type { App } from './apps.ts';
import { replaceCard } from './changes.ts';
import type { StoredMessage } from './chats.ts';
import type { Context } from './content.ts';
import { ApiError, type Body } from './http.ts';
import { newId } from './ids.ts';
import { isNode } from './json.ts';

const LIFE_MS = 1_800_000;
const USES = 2;

export interface ClickTokens {
  issue(app: App, message: StoredMessage): string;
  /** The client has answered the click: from now on the token works. */
  answered(token: string): void;
  /** `POST /open-apis/interactive/v1/card/update` */
  update(app: App, body: Body): object;
}

interface Issued {
  readonly app: App;
  readonly message: StoredMessage;
  readonly at: number;
  answered: boolean;
  uses: number;
}

export const createClickTokens = (context: Context): ClickTokens => {
  const issued = new Map<string, Issued>();
  return {
    issue: (app, message) => {
      const token = newId('c-');
      issued.set(token, { app, message, at: context.now(), answered: false, uses: 0 });
      return token;
    },
    answered: (token) => {
      const found = issued.get(token);
      if (found) found.answered = true;
    },
    update: (app, body) => {
      const { token, card } = body.json;
      if (typeof token !== 'string' || !token.startsWith('c-'))
        throw new ApiError(300020, 'the format of the card update token is wrong');
      if (!isNode(card)) throw new ApiError(10002, 'card is not a valid card');
      const found = issued.get(token);
      if (!found || context.now() - found.at > LIFE_MS)
        throw new ApiError(300030, 'the card update token is invalid or expired');
      if (found.app !== app) throw new ApiError(200310, 'a card of another app cannot be updated');
      if (found.uses >= USES) throw new ApiError(300040, 'the card update token was used too often');
      if (found.message.recalled) throw new ApiError(200000, 'the card message was recalled');
      found.uses += 1;
      // Before the answer to the click it is taken, and the card springs back at once.
      if (found.answered) replaceCard(context, found.message, JSON.stringify(card));
      return {};
    },
  };
};
