/**
 * What people do to a bot in the QQ client beside writing; the bot hears of each and the rules follow it
 * (docs/facts/qq.md 3.3, 3.4).
 */
import { settingsOf, type Bot, type GroupSettings, type UserSettings } from './bot.ts';
import { aboutGroup, aboutUser, befriended, interaction, USER_AUTHORISATION } from './events.ts';
import type { Target } from './exchange.ts';
import { raise } from './raise.ts';

export interface Switches {
  befriend(appId: string, user: string): void;
  unfriend(appId: string, user: string): void;
  /** 「允许主动发送」 off: C2C_MSG_REJECT, and 40054013 from now on. */
  rejectPushes(appId: string, user: string): void;
  /** And on again: C2C_MSG_RECEIVE. */
  allowPushes(appId: string, user: string): void;
  /**
   * The person grants pushes where the bot's profile or a dialogue asks: INTERACTION_CREATE of type 18, which wants no
   * answer.
   */
  authorisePushes(appId: string, user: string, where?: 'setting' | 'dialog'): void;
  joinGroup(appId: string, group: string, member: string): void;
  leaveGroup(appId: string, group: string, member: string): void;
  rejectGroupPushes(appId: string, group: string, member: string): void;
  allowGroupPushes(appId: string, group: string, member: string): void;
}

const inGroup = (bot: Bot, group: string): GroupSettings =>
  bot.groups.get(group) ?? { member: true, allowsProactive: false };

export const createSwitches = (botOf: (appId: string) => Bot, now: () => number): Switches => {
  const user = (
    appId: string,
    openid: string,
    t: string,
    settings: Partial<UserSettings>,
    d = aboutUser(openid, now()),
  ): void => {
    const bot = botOf(appId);
    bot.users.set(openid, { ...settingsOf(bot.users, openid), ...settings });
    raise(bot, t, d, { kind: 'user', openid }, now());
  };
  const group = (appId: string, openid: string, member: string, t: string, settings: Partial<GroupSettings>): void => {
    const bot = botOf(appId);
    const target: Target = { kind: 'group', openid };
    bot.groups.set(openid, { ...inGroup(bot, openid), ...settings });
    raise(bot, t, aboutGroup(openid, member, now()), target, now());
  };
  return {
    befriend: (appId, openid) => user(appId, openid, 'FRIEND_ADD', { friend: true }, befriended(openid, now())),
    unfriend: (appId, openid) => user(appId, openid, 'FRIEND_DEL', { friend: false }),
    rejectPushes: (appId, openid) => user(appId, openid, 'C2C_MSG_REJECT', { allowsProactive: false }),
    allowPushes: (appId, openid) => user(appId, openid, 'C2C_MSG_RECEIVE', { allowsProactive: true }),
    authorisePushes: (appId, openid, where = 'setting') => {
      const resolved = { authorize_data: { opt_scene: where, scope: 'c2c_push' } };
      user(
        appId,
        openid,
        'INTERACTION_CREATE',
        { allowsProactive: true },
        interaction(appId, openid, USER_AUTHORISATION, resolved, now(), botOf(appId).rules.events),
      );
    },
    joinGroup: (appId, openid, member) => group(appId, openid, member, 'GROUP_ADD_ROBOT', { member: true }),
    leaveGroup: (appId, openid, member) => group(appId, openid, member, 'GROUP_DEL_ROBOT', { member: false }),
    rejectGroupPushes: (appId, openid, member) =>
      group(appId, openid, member, 'GROUP_MSG_REJECT', { allowsProactive: false }),
    allowGroupPushes: (appId, openid, member) =>
      group(appId, openid, member, 'GROUP_MSG_RECEIVE', { allowsProactive: true }),
  };
};
