/** The gateway's own settings, as far as a link or Lifeline's view of it hangs on them. */
import { access, constants } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../../base/errors.ts';
import { platformOf } from '../../diagnosis/link-name.ts';
import type { SettingFault } from '../../gateways/setting-fault.ts';
import { commandLine } from '../../supervisors/command-steps.ts';
import type { FindingSeverity, FindingWords } from '../../text/common/findings.ts';
import { finding, linkNames, type DoctorCheck, type DoctorFinding } from '../check.ts';
import type { DoctorContext } from '../context.ts';
import { gatewayVariables, restart, type KeptIn } from '../gateway-here.ts';

export const settings: DoctorCheck<DoctorContext> = {
  name: 'settings',
  title: { 'zh-CN': '网关的设置', en: "the gateway's settings" },
  run: async (context) => {
    const { gateway, doctor, text } = context;
    const { settings: files } = doctor;
    if (files === null) return { skip: 'no_settings' };
    const root = files.rootOf(gateway.home);
    const [env, config, rootConfig] = await Promise.all([
      text(files.env),
      text(files.config),
      root === null ? null : text(join(root, files.config)),
    ]);
    // The two files complete each other: read without one, the other would seem to lack settings.
    for (const file of [files.env, files.config]) await needReadable(join(gateway.home, file));
    if (env === null && config === null) return { skip: 'no_settings' };
    const container = await context.container();
    const variables = await gatewayVariables(context, files.environment);
    return files
      .lint({ home: gateway.home, env, config, rootConfig, variables })
      .map((fault) => settingFinding(fault, gateway, commandsFor(files.fileOf(fault), gateway, container)));
  },
};

const commandsFor = (
  file: string | null,
  gateway: DoctorContext['gateway'],
  container: KeptIn | null,
): readonly string[] =>
  file === null ? [] : [commandLine(['nano', join(gateway.home, file)]), ...restart(gateway, container)];

/** Throws a UserError when the file cannot be read. Another check tells of a file that others may change. */
const needReadable = async (path: string): Promise<void> => {
  const code = await access(path, constants.R_OK).then(
    () => null,
    (error: NodeJS.ErrnoException) => error.code,
  );
  if (code === 'EACCES' || code === 'EPERM') throw new UserError('DOCTOR_CANNOT_ASK', `this user may not read ${path}`);
};

export const settingFinding = (
  fault: SettingFault,
  gateway: { readonly name: string },
  commands: readonly string[],
): DoctorFinding => {
  const { code, ...facts } = fault;
  const { severity, ...words } = said(fault);
  return finding(gateway, severity, code, { ...words, ...facts, commands });
};

const AUTH_WHY = {
  none: {
    'zh-CN': 'gateway.auth.mode 是 none，网关只回答配对过的设备',
    en: 'gateway.auth.mode is none, and then it answers paired devices only',
  },
  proxy: {
    'zh-CN': 'gateway.auth.mode 是 trusted-proxy，网关只回答代理后面的人',
    en: 'gateway.auth.mode is trusted-proxy, and then it answers behind that proxy only',
  },
  missing: {
    'zh-CN': '它的配置、.env 和环境变量里都没有 gateway.auth 的令牌或密码',
    en: 'neither its configuration nor .env nor its environment has a token or password for gateway.auth',
  },
  reference: {
    'zh-CN': 'gateway.auth 的令牌存在别处，Lifeline 读不到',
    en: "gateway.auth's secret is kept where Lifeline cannot read it",
  },
};

const said = (fault: SettingFault): FindingWords & { readonly severity: FindingSeverity } => {
  const link = 'link' in fault ? linkNames(fault.link) : { 'zh-CN': '', en: '' };
  switch (fault.code) {
    case 'setting_missing': {
      const hasAppId = ['feishu', 'qqbot'].includes(platformOf(fault.link));
      return {
        severity: 'error',
        'zh-CN': [
          `${fault.name} 没有填`,
          hasAppId ? `${link['zh-CN']}的 App ID 和密钥要成对，缺一个就登录不了` : `少了它，网关连不上${link['zh-CN']}`,
        ],
        en: [
          `${fault.name} is not set`,
          hasAppId
            ? `${link.en} needs both the app id and the secret to log in`
            : `without it the gateway cannot connect to ${link.en}`,
        ],
      };
    }
    case 'setting_placeholder':
      return {
        severity: 'error',
        'zh-CN': [`${fault.name} 还是示例里的占位文字`, `换成${link['zh-CN']}开放平台上显示的真实值`],
        en: [
          `${fault.name} still holds the example's placeholder`,
          `put there what ${link.en}'s developer console shows`,
        ],
      };
    case 'setting_unknown':
      return {
        severity: 'error',
        'zh-CN': [`${fault.name} 不认识 ${fault.value}`, `只能是 ${fault.allowed.join('、')}`],
        en: [`${fault.name} cannot be ${fault.value}`, `it is one of ${fault.allowed.join(', ')}`],
      };
    case 'setting_webhook_token':
      return {
        severity: 'error',
        'zh-CN': [
          '飞书用的是 webhook 模式，但没有 FEISHU_VERIFICATION_TOKEN 或 FEISHU_ENCRYPT_KEY',
          '网关不会连接飞书；补上其中一个，或者把 FEISHU_CONNECTION_MODE 改成 websocket',
        ],
        en: [
          'Feishu is in webhook mode without FEISHU_VERIFICATION_TOKEN or FEISHU_ENCRYPT_KEY',
          'the gateway does not connect to Feishu; set one of them, or make FEISHU_CONNECTION_MODE websocket',
        ],
      };
    case 'setting_webhook_mode':
      return {
        severity: 'info',
        'zh-CN': [
          '飞书用的是 webhook 模式',
          '没有长连接，Lifeline 看不出飞书是否失联，也要有公网地址；改成 websocket 两样都不需要',
        ],
        en: [
          'Feishu is in webhook mode',
          'without a long connection Lifeline cannot tell whether Feishu is lost, and a public address is needed; websocket needs neither',
        ],
      };
    case 'setting_yaml':
      return {
        severity: 'error',
        'zh-CN': [
          `config.yaml ${fault.line === null ? '' : `第 ${fault.line} 行`}写错了`,
          `网关会不声不响地不用这个文件：${fault.problem}`,
        ],
        en: [
          `config.yaml has a mistake${fault.line === null ? '' : ` in line ${fault.line}`}`,
          `the gateway silently does without the file: ${fault.problem}`,
        ],
      };
    case 'setting_log_level':
      return {
        severity: 'warning',
        'zh-CN': [
          `logging.level 是 ${fault.level}`,
          '登录成功的记录不会写进日志，Lifeline 看不到飞书连上的证据；改成 INFO',
        ],
        en: [
          `logging.level is ${fault.level}`,
          'logins do not reach the log, so Lifeline sees no proof that Feishu is connected; make it INFO',
        ],
      };
    case 'setting_multiplexed':
      return {
        severity: 'warning',
        'zh-CN': [
          `这个 profile 由 ${fault.root} 的网关代管`,
          '它没有自己的网关进程和状态文件；请让 Lifeline 看护那个目录',
        ],
        en: [
          `the gateway of ${fault.root} serves this profile`,
          'it has no process and no state of its own; let Lifeline watch that home instead',
        ],
      };
    case 'setting_json': {
      const { file, line, column, problem } = fault;
      const zhPlace = `第 ${line} 行${column === null ? '' : `第 ${column} 列`}`;
      const place = ` in line ${line}${column === null ? '' : `, column ${column}`}`;
      return {
        severity: 'error',
        'zh-CN': [`${file} ${line === null ? '' : zhPlace}写错了`, `网关下次启动会失败，或者退回旧的副本：${problem}`],
        en: [
          `${file} has a mistake${line === null ? '' : place}`,
          `the gateway's next start fails, or takes an older copy: ${problem}`,
        ],
      };
    }
    case 'setting_auth':
      return {
        severity: 'warning',
        'zh-CN': [
          'Lifeline 问不了网关',
          `${AUTH_WHY[fault.access]['zh-CN']}；Lifeline 只能看日志、/health 和服务状态，看不出飞书没连上，也不能单独重启一个连接`,
        ],
        en: [
          'Lifeline cannot ask the gateway',
          `${AUTH_WHY[fault.access].en}; log, /health and service remain, which do not tell when Feishu never connected, and no link can be restarted alone`,
        ],
      };
    case 'setting_plugin':
      return {
        severity: 'warning',
        'zh-CN': [
          fault.off ? `${fault.name} 是 false` : `没有写 ${fault.name}`,
          `${link['zh-CN']}配好了，但插件没有点名启用，可能一直不会启动；写上 true`,
        ],
        en: [
          `${fault.name} is ${fault.off ? 'false' : 'not set'}`,
          `${link.en} is set up, but its plugin is not switched on by name and may never start; make it true`,
        ],
      };
    case 'setting_shared_log':
      return {
        severity: 'warning',
        'zh-CN': [
          `它和 ${fault.root} 的网关写同一个日志`,
          '行里没有进程号，分不清是谁说的，会误判；给其中一个设 logging.file，或者改用 profile',
        ],
        en: [
          `it writes the same log as the gateway of ${fault.root}`,
          'the lines carry no process id, so one is judged by what the other says; set logging.file for one of them, or use a profile',
        ],
      };
  }
};
