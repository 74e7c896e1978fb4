/** Whether anybody can be told: channels, people on them, the fleet's hub, and a service elsewhere that rings. */
import { accessProblems } from '../../config/fleet-access.ts';
import { PERSONAL_CHANNELS } from '../../config/config.ts';
import { readHubTrouble } from '../../store/hub-trouble.ts';
import { createMeta } from '../../store/meta.ts';
import { createPairedOperators } from '../../store/operators.ts';
import { accessText, hubTroubleText } from '../../text/fleet/hub-trouble.ts';
import type { Texts } from '../../text/locale.ts';
import { finding, type DoctorCheck } from '../check.ts';
import type { SelfContext } from '../context.ts';

type Check = DoctorCheck<SelfContext>;

const CHANNELS: Readonly<Record<string, Texts<string>>> = {
  feishu: { 'zh-CN': '飞书', en: 'Feishu' },
  qq: { 'zh-CN': 'QQ', en: 'QQ' },
  webhook: { 'zh-CN': '群机器人', en: 'the webhook' },
};

/** How people call a channel of the configuration. */
export const channelNames = (channel: string): Texts<string> => CHANNELS[channel] ?? { 'zh-CN': channel, en: channel };

export const channelsSetUp: Check = {
  name: 'channels-set-up',
  title: { 'zh-CN': '通道', en: 'channels' },
  run: async ({ config: { channels, fleet: ofFleet }, fromFile }) => {
    if (!fromFile) return { skip: 'no_config_file' };
    const [channel, ...others] = Object.keys(channels);
    if (channel === undefined && ofFleet !== null)
      return [
        finding(null, 'info', 'own_hub_alone', {
          'zh-CN': [
            '告警只通过中枢发出',
            '连不上中枢的时候，没有人会收到这台机器的告警；可以给它配一个自己的通道，例如群机器人的 webhook',
          ],
          en: [
            'alerts go through the hub alone',
            'while no hub is reached, nobody is told of this machine; a channel of its own, such as the webhook of a group bot, would do',
          ],
        }),
      ];
    if (channel === undefined)
      return [
        finding(null, 'error', 'own_no_channel', {
          'zh-CN': ['没有配置任何通道', '出了事没有人会知道'],
          en: ['no channel is set up', 'whatever happens, nobody is told'],
          commands: ['lifeline init'],
        }),
      ];
    if (others.length > 0) return [];
    const isWebhook = channel === 'webhook';
    return [
      finding(null, 'info', 'own_one_channel', {
        'zh-CN': [
          `只有一个通道：${channelNames(channel)['zh-CN']}`,
          isWebhook
            ? '群机器人只能发告警，收不到命令；平台自己出故障时，告警也送不到；再加飞书或 QQ'
            : '这个平台自己出故障时，告警送不到；再加一个，或加一个群机器人 webhook',
        ],
        en: [
          `there is only one channel: ${channelNames(channel).en}`,
          isWebhook
            ? 'it brings alerts and takes no commands, and while that platform itself is down, no alert arrives; add Feishu or QQ'
            : 'while that platform itself is down, no alert arrives; add another one, or the webhook of a group bot',
        ],
        channel,
        commands: ['lifeline init'],
      }),
    ];
  },
};

interface Person {
  readonly name: string;
  readonly role: string;
  readonly ids: Readonly<Record<string, string>>;
}

export const people: Check = {
  name: 'people',
  title: { 'zh-CN': '操作员', en: 'operators' },
  run: async ({ config, fromFile, withStore }) => {
    const configured = PERSONAL_CHANNELS.filter((channel) => config.channels[channel] !== undefined);
    if (!fromFile) return { skip: 'no_config_file' };
    if (configured.length === 0) return { skip: 'no_personal_channel' };
    const paired = withStore((db) => createPairedOperators(db).list()) ?? [];
    const everybody: readonly Person[] = [
      ...config.operators,
      ...paired.map(({ name, role, channel, user }) => ({ name, role, ids: { [channel]: user } })),
    ];
    if (everybody.length === 0) {
      const feishu = config.channels.feishu !== undefined;
      const webhook = config.channels.webhook !== undefined;
      return [
        finding(null, 'error', 'own_no_operator', {
          'zh-CN': [
            '还没有操作员',
            `${webhook ? '告警只发到群机器人，没有人能下命令' : '没有人会收到告警，也没有人能下命令'}；运行下面的命令，把配对码发给机器人${feishu ? '。飞书收不到配对码时：事件和回调两页都要选长连接，并发布新版本；页面上的「验证」要等 Lifeline 连着才会通过，有时明明正常也会失败，以能收到消息为准' : ''}`,
          ],
          en: [
            'there is no operator yet',
            `${webhook ? 'alerts go to the webhook alone' : 'nobody gets alerts'}, and nobody may command; run the command and send the code to the bot${feishu ? '. When it does not arrive on Feishu: both pages, events and callbacks, must say persistent connection, and a version must be published; the "verify" button there passes only while Lifeline is connected, and fails at times although all is well: what counts is whether a message arrives' : ''}`,
          ],
          feishu,
          webhook,
          commands: ['lifeline pair'],
        }),
      ];
    }
    const unreachable = [...new Set(everybody.map(({ name }) => name))].filter((name) =>
      everybody.every((each) => each.name !== name || configured.every((channel) => each.ids[channel] === undefined)),
    );
    const noAdmin = finding(null, 'info', 'own_no_admin', {
      'zh-CN': ['操作员里没有管理员', '有些命令谁也用不了；再配对一个管理员'],
      en: ['none of the operators is an admin', 'some commands are for admins alone; pair one'],
      commands: ['lifeline pair --role admin'],
    });
    return [
      ...(everybody.some(({ role }) => role === 'admin') ? [] : [noAdmin]),
      ...unreachable.map((name) =>
        finding(null, 'warning', 'own_operator_unreachable', {
          'zh-CN': [`操作员 ${name} 在已配置的通道上没有 ID`, '收不到任何告警；让本人重新配对'],
          en: [`operator ${name} has no id on a channel that is set up`, 'no alert reaches them; have them pair again'],
          name,
          commands: [`lifeline pair --name ${JSON.stringify(name)}`],
        }),
      ),
    ];
  },
};

export const deadMan: Check = {
  name: 'dead-man',
  title: { 'zh-CN': '外部心跳地址', en: "dead man's switch" },
  run: async ({ config, fromFile }) => {
    if (!fromFile) return { skip: 'no_config_file' };
    return config.alerts.pingUrl !== null
      ? []
      : [
          finding(null, 'info', 'own_no_ping', {
            'zh-CN': [
              '没有设 alerts.ping_url',
              '整台机器断电断网时，没有外面的服务来提醒你；比如 healthchecks.io 的一个地址',
            ],
            en: [
              'alerts.ping_url is not set',
              'when the whole machine loses power or network, nothing outside tells you; an address of healthchecks.io would, for one',
            ],
          }),
        ];
  },
};

/** Whether this host can take part in its fleet, and what the bot that runs says of its hub. */
export const fleet: Check = {
  name: 'fleet',
  title: { 'zh-CN': '机群的中枢', en: "the fleet's hub" },
  run: async ({ config, withStore }) => {
    if (config.fleet === null) return { skip: 'no_fleet' };
    const { host, access } = config.fleet;
    const problems = await accessProblems(access);
    if (problems.length > 0)
      return problems.map((broken) =>
        finding(null, 'error', 'own_fleet_access', {
          'zh-CN': [
            `fleet.${broken.key}：${accessText('zh-CN').what(broken)}`,
            `这台机器不在机群里，手机上看不到它；${accessText('zh-CN').todo(broken)}`,
          ],
          en: [
            `fleet.${broken.key}: ${accessText('en').what(broken)}`,
            `this host is in no fleet, and the phone does not see it; ${accessText('en').todo(broken)}`,
          ],
          broken,
        }),
      );
    const trouble = withStore((db) => readHubTrouble(createMeta(db)));
    if (trouble === null) return [];
    const { why, said } = trouble;
    const [zh, en] = [hubTroubleText('zh-CN'), hubTroubleText('en')];
    return [
      finding(null, 'error', 'own_no_hub', {
        'zh-CN': [
          `${host}${why === 'twins' ? '：' : ' 联系不上中枢：'}${zh.said(zh.words[why].what, said)}`,
          zh.words[why].todo,
        ],
        en: [
          `${host}${why === 'twins' ? '' : ' reaches no hub'}: ${en.said(en.words[why].what, said)}`,
          en.words[why].todo,
        ],
        host,
        trouble,
      }),
    ];
  },
};
