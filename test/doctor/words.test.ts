/** The sentences of what a log names, and of settings, each of which needs a gateway of its own to be met. */
import { expect, test } from 'vitest';
import { logSymptoms } from '../../src/doctor/checks/logs.ts';
import { settingFinding } from '../../src/doctor/checks/settings.ts';
import type { DoctorContext } from '../../src/doctor/context.ts';
import type { SettingFault } from '../../src/gateways/setting-fault.ts';
import type { Symptom } from '../../src/gateways/symptom.ts';
import { expectSound } from './sound.ts';

const CODES: Readonly<Record<Symptom['code'], true>> = {
  log_credentials: true,
  log_permission: true,
  log_app_in_use: true,
  log_dependency: true,
  log_quota: true,
  log_intents: true,
  log_banned: true,
  log_address: true,
  log_push_refused: true,
  log_refuses_start: true,
  log_parked: true,
  log_nobody_allowed: true,
  log_no_platform: true,
  log_database: true,
  log_out_of_memory: true,
  log_pid_race: true,
  log_many_starts: true,
  log_config_reverted: true,
  log_config_skipped: true,
  log_brake: true,
  log_other_supervisor: true,
  log_drain_cut: true,
  log_memory: true,
  log_stuck_session: true,
  log_unanswered: true,
  log_stuck_channel: true,
};

test.each(Object.keys(CODES))('%s', async (code) => {
  for (const link of ['qqbot', 'feishu']) {
    const symptom = { code, link, said: 'told, with a $& in it', module: 'aiohttp' } as unknown as Symptom;
    const found = await logSymptoms.run({
      gateway: { name: 'main', kind: 'hermes', home: '/h', command: ['hermes', 'gateway', 'run'] },
      kind: { records: [] },
      symptoms: () => Promise.resolve({ anyLog: true, symptoms: [{ at: 1, symptom, until: 'time' }], drops: [] }),
      processes: () => Promise.resolve([]),
      container: () => Promise.resolve(null),
    } as unknown as DoctorContext);
    if ('skip' in found) throw new Error(found.skip);
    expect(expectSound(found)).toMatchObject([{ code, gateway: 'main' }]);
  }
});

test('the words of the log stand behind what is to be done', async () => {
  const found = await logSymptoms.run({
    gateway: { name: 'main', kind: 'hermes', home: '/h', command: [] },
    kind: { records: [] },
    symptoms: () =>
      Promise.resolve({
        anyLog: true,
        symptoms: [
          { at: 1, until: 'time', symptom: { code: 'log_permission', link: 'qqbot', said: 'no $& scope' } },
          { at: 2, until: 'time', symptom: { code: 'log_dependency', link: 'feishu', module: 'lark' } },
        ],
        drops: [],
      }),
    processes: () => Promise.resolve([]),
    container: () => Promise.resolve(null),
  } as unknown as DoctorContext);
  expect(found).toMatchObject([
    {
      words: {
        'zh-CN': ['QQ 说网关的应用缺权限', '到开放平台开通权限，并发布新版本。日志：no $& scope'],
        en: [
          "QQ says that the gateway's app lacks a permission",
          'grant it in the developer console and publish a new version. Its log: no $& scope',
        ],
      },
    },
    {
      words: {
        'zh-CN': ['飞书缺 Python 模块 lark', expect.anything()],
        en: ['Feishu needs the Python module lark', expect.anything()],
      },
    },
  ]);
});

test.each<SettingFault>([
  { code: 'setting_missing', link: 'qqbot', name: 'QQ_APP_ID' },
  { code: 'setting_missing', link: 'slack', name: 'SLACK_APP_TOKEN' },
  { code: 'setting_placeholder', link: 'feishu:work', name: 'FEISHU_APP_ID' },
  { code: 'setting_unknown', link: 'feishu', name: 'N', value: 'ws', allowed: ['websocket', 'webhook'] },
  { code: 'setting_webhook_token', link: 'feishu' },
  { code: 'setting_webhook_mode', link: 'feishu' },
  { code: 'setting_yaml', line: null, problem: 'told' },
  { code: 'setting_yaml', line: 7, problem: 'told' },
  { code: 'setting_log_level', level: 'ERROR' },
  { code: 'setting_multiplexed', root: '/r' },
  { code: 'setting_json', file: 'f.json', line: null, column: null, problem: 'told' },
  { code: 'setting_json', file: 'f.json', line: 7, column: null, problem: 'told' },
  { code: 'setting_json', file: 'f.json', line: 7, column: 3, problem: 'told' },
  { code: 'setting_auth', access: 'none' },
  { code: 'setting_auth', access: 'proxy' },
  { code: 'setting_auth', access: 'missing' },
  { code: 'setting_auth', access: 'reference' },
  { code: 'setting_plugin', link: 'qqbot', name: 'N', off: true },
  { code: 'setting_plugin', link: 'qqbot', name: 'N', off: false },
  { code: 'setting_shared_log', root: '/r' },
])('%j', (fault) => {
  expect(expectSound([settingFinding(fault, { name: 'main' }, [])])).toMatchObject([fault]);
});
