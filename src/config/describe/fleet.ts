import type { DescriptionsOf } from './description.ts';

export const FLEET = {
  fleet: {
    what: {
      'zh-CN': '多台机器、一部手机：这台机器属于哪个机群。不写就是单机，什么都不用配',
      en: 'Many machines, one phone: the fleet that this machine belongs to. Without it the machine is alone, and there is nothing to set up',
    },
    otherwise: { 'zh-CN': '单机', en: 'none' },
    example:
      'fleet:\n  host: web-3\n  servers: [tls://nats.example.com:4222]\n  credentials: "file:~/.config/lifeline/web-3.nk"\n  labels: { region: eu, role: edge }',
  },
  'fleet.host': {
    what: {
      'zh-CN': '这台机器在机群里的名字，命令里就用它：`/status web-3`。NATS 服务器上的权限也跟着这个名字',
      en: 'The name of this machine in the fleet, as commands use it: `/status web-3`. Its rights on the NATS server go by this name',
    },
  },
  'fleet.servers': {
    what: {
      'zh-CN': 'NATS 服务器的地址，用 `tls://`；`nats://` 只能是本机',
      en: 'The NATS servers, as `tls://` addresses; `nats://` is for this machine alone',
    },
  },
  'fleet.credentials': {
    what: {
      'zh-CN': '这台机器的 nkey 种子（`lifeline fleet add` 生成），或 creds 文件',
      en: "This machine's nkey seed, which `lifeline fleet add` makes, or a creds file",
    },
  },
  'fleet.ca': {
    what: {
      'zh-CN': '签发 NATS 服务器证书的 CA，PEM 文件',
      en: "The authority that signed the NATS server's certificate, a PEM file",
    },
    otherwise: { 'zh-CN': '系统的 CA', en: "the system's" },
  },
  'fleet.hub': {
    what: {
      'zh-CN': '`true`：这是 `lifeline hub` 的配置，它自己不看任何网关，通道和操作者都在它这里',
      en: '`true`: this is the configuration of `lifeline hub`, which watches no gateway itself and has the channels and the operators',
    },
  },
  'fleet.labels': {
    what: {
      'zh-CN': '给机器分组的标签；一起失联的机器按它们共同的标签来说',
      en: 'What hosts have in common; hosts that go silent together are told by it',
    },
    otherwise: { 'zh-CN': '没有', en: 'none' },
  },
  'fleet.accept': {
    what: {
      'zh-CN': '中枢的操作者在这台机器上最高能有什么角色；`none`：只上报，不接受任何命令',
      en: "The highest role that a hub's operators have on this machine; `none`: it tells, and takes no command",
    },
  },
  'fleet.fallback': {
    what: {
      'zh-CN': '多久联系不上任何中枢之后，告警改走这台机器自己的通道',
      en: "How long no hub can be reached until alerts take this machine's own channels",
    },
  },
} satisfies DescriptionsOf<'fleet'>;
