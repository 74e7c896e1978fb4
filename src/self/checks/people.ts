/** Whether anybody can be told: channels, people on them, and somebody elsewhere who notices that Lifeline is gone. */
import type { DoctorCheck } from '../../doctor/check.ts';
import type { DoctorFinding } from '../../doctor/finding.ts';
import { createPeople } from '../../channels/qq/send/people.ts';
import { createTolerantDatabase } from '../../channels/qq/tolerant-database.ts';
import { PERSONAL_CHANNELS } from '../../config/config.ts';
import { createPairedOperators } from '../../store/operators.ts';
import type { SelfContext } from '../context.ts';
import { own } from '../own-finding.ts';

interface Somebody {
  readonly name: string;
  readonly role: string;
  readonly ids: Readonly<Record<string, string>>;
}

export const channelsSetUp: DoctorCheck<SelfContext> = {
  name: 'channels-set-up',
  run: async ({ config: { channels, fleet }, fromFile }) => {
    if (!fromFile) return { skip: 'no_config_file' };
    const names = Object.keys(channels);
    if (names.length === 0 && fleet !== null) return [own('info', { code: 'own_hub_alone' })];
    if (names.length === 0) return [own('error', { code: 'own_no_channel' }, ['lifeline init'])];
    return names.length === 1
      ? [own('info', { code: 'own_one_channel', channel: names[0] ?? '' }, ['lifeline init'])]
      : [];
  },
};

export const people: DoctorCheck<SelfContext> = {
  name: 'people',
  run: async ({ config, fromFile, withStore }) => {
    const configured = PERSONAL_CHANNELS.filter((channel) => config.channels[channel] !== undefined);
    if (!fromFile) return { skip: 'no_config_file' };
    if (configured.length === 0) return { skip: 'no_personal_channel' };
    const paired = withStore((db) => createPairedOperators(db).list()) ?? [];
    const everybody: readonly Somebody[] = [
      ...config.operators,
      ...paired.map(({ name, role, channel, user }) => ({ name, role, ids: { [channel]: user } })),
    ];
    if (everybody.length === 0)
      return [
        own(
          'error',
          {
            code: 'own_no_operator',
            feishu: config.channels.feishu !== undefined,
            webhook: config.channels.webhook !== undefined,
          },
          ['lifeline pair'],
        ),
      ];
    const unreachable = [...new Set(everybody.map(({ name }) => name))].filter((name) =>
      everybody.every((each) => each.name !== name || configured.every((channel) => each.ids[channel] === undefined)),
    );
    return [
      ...(everybody.some(({ role }) => role === 'admin')
        ? []
        : [own('info', { code: 'own_no_admin' }, ['lifeline pair --role admin'])]),
      ...unreachable.map((name) =>
        own('warning', { code: 'own_operator_unreachable', name }, [`lifeline pair --name ${JSON.stringify(name)}`]),
      ),
    ];
  },
};

/** What QQ has answered for each person, who may have switched pushes off. */
export const pushes: DoctorCheck<SelfContext> = {
  name: 'pushes',
  run: async ({ config, withStore, logger }) => {
    const { qq } = config.channels;
    if (!qq) return { skip: 'no_qq' };
    const found = withStore((db): readonly DoctorFinding[] => {
      const known = createPeople(createTolerantDatabase(db, logger), qq.appId);
      const paired = createPairedOperators(db)
        .list()
        .filter(({ channel }) => channel === 'qq')
        .map(({ name, user }) => ({ name, user }));
      const named = config.operators.flatMap(({ name, ids }) =>
        ids['qq'] === undefined ? [] : [{ name, user: ids['qq'] }],
      );
      return [...named, ...paired].flatMap(({ name, user }) => {
        const { fix } = known.get(user);
        return fix === null ? [] : [own('error', { code: 'own_push_refused', name, todo: fix })];
      });
    });
    return found ?? { skip: 'no_store' };
  },
};

export const deadMan: DoctorCheck<SelfContext> = {
  name: 'dead-man',
  run: async ({ config, fromFile }) => {
    if (!fromFile) return { skip: 'no_config_file' };
    return config.alerts.pingUrl === null ? [own('info', { code: 'own_no_ping' })] : [];
  },
};
