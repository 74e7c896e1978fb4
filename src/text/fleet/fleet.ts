/** What a fleet's hub says of hosts. */
import type { Locale, Texts } from '../locale.ts';

const some = (names: readonly string[], and: string, more: (left: number) => string): string =>
  names.length <= 8 ? names.join(and) : `${names.slice(0, 8).join(and)}${more(names.length - 8)}`;

const en = {
  hosts: (names: readonly string[]) => some(names, ', ', (left) => ` and ${left} more`),
  /** Before what a host says. */
  from: (host: string, title: string) => `${host} · ${title}`,
  buttonsLeftOut: (host: string, count: number) =>
    `${count === 1 ? 'One button' : `${count} buttons`} left out: not a command that ${host} can have here`,
  silent: (host: string) => `Host ${host} is silent: the machine, its network or Lifeline`,
  silentSeveral: (count: number, all: number) => `${count} of ${all} hosts are silent`,
  silentAll: (count: number) => `All ${count} hosts are silent: the NATS server, or this hub's network`,
  shared: (name: string, value: string) => `All of them have ${name}=${value}`,
  lastHeard: (time: string, ago: string) => `Last heard ${time} (${ago} ago)`,
  silentNote: (host: string) => `/status ${host} asks it now. Gone for good? /forget ${host}`,
  silentNoteSeveral: () =>
    '/status shows all hosts. Those that live go on by themselves, and tell by channels of their own where they have them',
  back: (host: string) => `Host ${host} is back`,
  backSeveral: (count: number) => `All ${count} hosts are back`,
  awayFor: (duration: string) => `Silent for ${duration}`,
  partly: (back: number, all: number) => `${back} of ${all} silent hosts are back`,
  stillSilent: (names: string) => `Still silent: ${names}`,
  /** At a glance. */
  allWell: (hosts: number, gateways: number) =>
    `All is well: ${gateways} ${gateways === 1 ? 'gateway' : 'gateways'} on ${hosts} ${hosts === 1 ? 'host' : 'hosts'}`,
  someIll: (ill: number, hosts: number) => `${ill} of ${hosts} hosts are not well`,
  notAllHeard: (waiting: number, hosts: number) =>
    `${waiting} of ${hosts} hosts not heard yet; ${waiting === hosts ? 'this hub has just taken over' : 'the others are well'}`,
  noHosts: () => 'No host has been heard yet',
  noHostsNote: () => 'lifeline fleet add NAME lets one in',
  row: (host: string, words: string) => `${host}: ${words}`,
  gateway: (name: string, words: string) => `${name} ${words}`,
  silentFor: (duration: string) => `silent for ${duration}`,
  notHeard: () => 'not heard yet since this hub took over',
  othersWell: (count: number) => `${count} others are well`,
  more: (count: number) => `and ${count} more`,
  listening: (heard: number, known: number) =>
    `This hub took over a moment ago and has heard ${heard} of ${known} hosts so far`,
  hub: (name: string, version: string, duration: string) => `Hub ${name} ${version}, holds the lease for ${duration}`,
  tooOld: (host: string, version: string) =>
    `${host} runs Lifeline ${version}, which this hub cannot understand any more: update it`,
  tooNew: (host: string, version: string) =>
    `${host} runs Lifeline ${version}, which this hub cannot understand yet: update the hub`,
  sameBot: (host: string) => `${host} has the bot of this hub in its own configuration too`,
  sameBotLine: () =>
    'Of what is sent to a bot, its platform gives each message to one of the two: some of yours never reach the hub',
  sameBotNote: (host: string, channels: readonly string[]) =>
    `On ${host} take ${channels.join(' and ')} out of "channels", and start Lifeline anew`,
  /** Commands. */
  whichHost: (command: string) => `Which host? /${command} HOST or /${command} HOST/GATEWAY`,
  noSuchHost: (name: string) => `There is no host ${name}`,
  didYouMean: (name: string) => `Did you mean ${name}?`,
  thereAre: (names: string) => `There are: ${names}`,
  nobodyHas: (selector: string) => `No host has ${selector}`,
  notTaken: (host: string) => `${host} does not answer; nothing was done`,
  notTakenNote: () => 'It was not begun, and will not be. Send it again when the host is back',
  unknown: (host: string) => `${host} has taken it and not answered: it may be done or not`,
  unknownNote: (host: string) => `Look with /status ${host} before you send it again`,
  refused: (host: string) => `${host} refuses commands of this hub`,
  refusedNote: () => 'Its own configuration says so (fleet.accept), or a newer hub commands it',
  twins: (host: string) => `Two machines speak as ${host}`,
  twinsRow: () => 'two machines speak under this name',
  twinsLine: (host: string) =>
    `Both have the key of ${host}: one is a copy of the other, or somebody has taken its key`,
  twinsNote: () =>
    'Each heals its own gateways; commands go to neither. End one of them, or: lifeline fleet remove, and add anew under two names',
  twinsOver: (host: string) => `One machine alone speaks as ${host} again`,
  notForTwins: (host: string) => `Two machines speak as ${host}; nothing was done`,
  forgotten: (host: string) => `${host} is forgotten; it is missed no more`,
  forgottenNote: (host: string) => `It comes back when it is heard. Take its rights: lifeline fleet remove ${host}`,
  confirmSeveral: (command: string, count: number) => `/${command} ${count} gateways, one by one?`,
  confirmLabel: () => 'Go',
  oneByOne: (at: number, of: number, name: string) => `${at} of ${of}: ${name}`,
  severalDone: (count: number) => `All ${count} are done`,
  severalStopped: (done: number, of: number, name: string) => `Stopped at ${name}: ${done} of ${of} done`,
  severalNotBegun: (names: string) => `Not begun: ${names}`,
  severalChanged: (selector: string) =>
    `The gateways of ${selector} are not those that you were asked about; nothing was done`,
  askAgain: () => 'Send the command again to see them',
  /** What several hosts made of one command. */
  everywhere: (command: string, done: number, of: number) => `/${command}: ${done} of ${of} hosts did it`,
  everyNotTaken: () => 'does not answer; nothing was done',
  everyUnknown: () => 'has taken it and not answered',
  everyRefused: () => 'refuses commands of this hub',
  mutedHere: (host: string, until: string) => `${host} does not answer; that it is silent is not told until ${until}`,
  mutedHereNote: () => 'Its own alerts are muted only when it is told so itself',
  muteButton: () => 'Mute 2h',
  /** What is open, and what was. */
  nothingOpen: () => 'No host has an open incident',
  openIncidents: (count: number, hosts: number) =>
    `${count} open ${count === 1 ? 'incident' : 'incidents'} on ${hosts} ${hosts === 1 ? 'host' : 'hosts'}`,
  openRow: (host: string, id: number, gateway: string, words: string, time: string, known: boolean) =>
    `${host} #${id} ${gateway}: ${words}, for ${time}${known ? ' (acknowledged)' : ''}`,
  openNote: () => '/incident HOST NUMBER shows one; /ack acknowledges all of them',
  past: (days: number, count: number) =>
    `Last ${days === 1 ? 'day' : `${days} days`}: ${count === 0 ? 'no incidents' : `${count} ${count === 1 ? 'incident' : 'incidents'}`} on all hosts`,
  pastRow: (at: string, title: string, id: number, lasted: string | null) =>
    `${at} ${title} (#${id})${lasted === null ? ', not told as over' : `, over after ${lasted}`}`,
  pastNote: () => 'What this phone was told. /history HOST is what the host itself remembers',
  nothingToAck: () => 'Nothing to acknowledge on any host',
  onlySelector: (command: string) => `/${command} takes one host, not a selector`,
  forgetHelp: () => 'Misses a host no more that is gone for good',
  /** Once a day or a week. */
  digestFleet: (hosts: number, gateways: number) =>
    `${hosts} ${hosts === 1 ? 'host' : 'hosts'}, ${gateways} ${gateways === 1 ? 'gateway' : 'gateways'}`,
  digestSilences: (length: string, count: number) =>
    `The last ${length}: no incidents, ${count === 1 ? 'one host was silent' : `hosts were silent ${count} times`}`,
  digestRow: (incidents: number, silences: number, silentFor: string) =>
    [
      ...(incidents === 0 ? [] : [incidents === 1 ? 'one incident' : `${incidents} incidents`]),
      ...(silences === 0 ? [] : [`silent ${silences === 1 ? 'once' : `${silences} times`}, ${silentFor} in all`]),
    ].join('; '),
  /** Of a hub. */
  lastWord: (name: string) => `Hub ${name} cannot reach its NATS server and falls silent`,
  lastWordNote: () =>
    'Another hub takes over if it can. Hosts that reach none tell you by their own channels after some minutes',
};

const zh: typeof en = {
  hosts: (names) => some(names, '、', (left) => ` 等 ${left + 8} 台`),
  from: (host, title) => `${host} · ${title}`,
  buttonsLeftOut: (host, count) => `省略了 ${count} 个按钮：不是 ${host} 在这里能用的命令`,
  silent: (host) => `机器 ${host} 没有消息了：机器、网络或 Lifeline 出了问题`,
  silentSeveral: (count, all) => `${all} 台机器中有 ${count} 台没有消息了`,
  silentAll: (count) => `全部 ${count} 台机器都没有消息了：NATS 服务器或中枢自己的网络`,
  shared: (name, value) => `它们都是 ${name}=${value}`,
  lastHeard: (time, ago) => `最后一次消息：${time}（${ago}前）`,
  silentNote: (host) => `发 /status ${host} 现在问它；永远不用了就发 /forget ${host}`,
  silentNoteSeveral: () => '发 /status 看全部。还活着的机器照常自己看管网关，有自己通道的会用它告警',
  back: (host) => `机器 ${host} 恢复了`,
  backSeveral: (count) => `全部 ${count} 台机器都恢复了`,
  awayFor: (duration) => `中断了 ${duration}`,
  partly: (back, all) => `${all} 台中断的机器中 ${back} 台恢复了`,
  stillSilent: (names) => `还没有消息：${names}`,
  allWell: (hosts, gateways) => `一切正常：${hosts} 台机器，${gateways} 个网关`,
  someIll: (ill, hosts) => `${hosts} 台机器中有 ${ill} 台不正常`,
  notAllHeard: (waiting, hosts) =>
    waiting === hosts
      ? `${hosts} 台机器都还没有消息，本中枢刚接手`
      : `${hosts} 台机器中有 ${waiting} 台还没有消息，其余正常`,
  noHosts: () => '还没有任何机器的消息',
  noHostsNote: () => '用 lifeline fleet add 名字 加入一台',
  row: (host, words) => `${host}：${words}`,
  gateway: (name, words) => `${name} ${words}`,
  silentFor: (duration) => `已 ${duration}没有消息`,
  notHeard: () => '本中枢接手后还没有消息',
  othersWell: (count) => `其余 ${count} 台正常`,
  more: (count) => `还有 ${count} 台`,
  listening: (heard, known) => `本中枢刚接手，目前听到 ${known} 台中的 ${heard} 台`,
  hub: (name, version, duration) => `中枢 ${name} ${version}，已持有租约 ${duration}`,
  tooOld: (host, version) => `${host} 的 Lifeline ${version} 太旧，本中枢看不懂了：请升级它`,
  tooNew: (host, version) => `${host} 的 Lifeline ${version} 太新，本中枢还看不懂：请升级中枢`,
  sameBot: (host) => `${host} 自己的配置里也有本中枢的机器人`,
  sameBotLine: () => '发给机器人的每条消息，平台只交给两者之一：有些到不了中枢',
  sameBotNote: (host, channels) => `在 ${host} 上把 ${channels.join('、')} 从 channels 里去掉，再启动 Lifeline`,
  whichHost: (command) => `哪台机器？/${command} 机器 或 /${command} 机器/网关`,
  noSuchHost: (name) => `没有机器 ${name}`,
  didYouMean: (name) => `是不是 ${name}？`,
  thereAre: (names) => `现有：${names}`,
  nobodyHas: (selector) => `没有机器是 ${selector}`,
  notTaken: (host) => `${host} 没有回应，什么都没做`,
  notTakenNote: () => '没有开始，之后也不会执行。等机器恢复后再发一次',
  unknown: (host) => `${host} 收下了但没有回答：可能做了，也可能没做`,
  unknownNote: (host) => `再发之前先用 /status ${host} 看一下`,
  refused: (host) => `${host} 拒绝本中枢的命令`,
  refusedNote: () => '它自己的配置（fleet.accept）不允许，或者它已听从更新的中枢',
  twins: (host) => `有两台机器都自称 ${host}`,
  twinsRow: () => '有两台机器在用这个名字',
  twinsLine: (host) => `它们都有 ${host} 的密钥：一台是另一台的副本，或者密钥被人拿走了`,
  twinsNote: () =>
    '它们各自照常处理自己的网关，但都不接命令。停掉一台，或者 lifeline fleet remove 后用两个名字重新加入',
  twinsOver: (host) => `又只有一台机器自称 ${host} 了`,
  notForTwins: (host) => `有两台机器都自称 ${host}，什么都没做`,
  forgotten: (host) => `已忘记 ${host}，不再等它`,
  forgottenNote: (host) => `再有消息时会重新出现。收回权限：lifeline fleet remove ${host}`,
  confirmSeveral: (command, count) => `逐个 /${command} ${count} 个网关？`,
  confirmLabel: () => '执行',
  oneByOne: (at, of, name) => `${at}/${of}：${name}`,
  severalDone: (count) => `${count} 个全部完成`,
  severalStopped: (done, of, name) => `停在 ${name}：${of} 个中完成 ${done} 个`,
  severalNotBegun: (names) => `没有开始：${names}`,
  severalChanged: (selector) => `${selector} 的网关和刚才问你的不一样了，什么都没做`,
  askAgain: () => '再发一次命令就能看到现在的',
  everywhere: (command, done, of) => `/${command}：${of} 台机器中 ${done} 台完成`,
  everyNotTaken: () => '没有回应，什么都没做',
  everyUnknown: () => '收下了但没有回答',
  everyRefused: () => '拒绝本中枢的命令',
  mutedHere: (host, until) => `${host} 没有回应；${until} 之前不再说它没有消息`,
  mutedHereNote: () => '它自己的告警要等它收到命令才会静音',
  muteButton: () => '静音 2 小时',
  nothingOpen: () => '所有机器都没有未结束的故障',
  openIncidents: (count, hosts) => `${hosts} 台机器上有 ${count} 个未结束的故障`,
  openRow: (host, id, gateway, words, time, known) =>
    `${host} #${id} ${gateway}：${words}，已 ${time}${known ? '（已确认）' : ''}`,
  openNote: () => '/incident 机器 编号 看其中一个；/ack 全部确认',
  past: (days, count) => `最近 ${days} 天，全部机器：${count === 0 ? '没有故障' : `${count} 个故障`}`,
  pastRow: (at, title, id, lasted) =>
    `${at} ${title}（#${id}）${lasted === null ? '，还没说过结束' : `，${lasted}后结束`}`,
  pastNote: () => '这是手机上收到过的；/history 机器 是那台机器自己记得的',
  nothingToAck: () => '各台机器都没有需要确认的故障',
  onlySelector: (command) => `/${command} 只能用于一台机器`,
  forgetHelp: () => '忘记一台永远不用的机器',
  digestFleet: (hosts, gateways) => `${hosts} 台机器，${gateways} 个网关`,
  digestSilences: (length, count) => `最近 ${length}：没有故障，机器 ${count} 次没有消息`,
  digestRow: (incidents, silences, silentFor) =>
    [
      ...(incidents === 0 ? [] : [`${incidents} 次故障`]),
      ...(silences === 0 ? [] : [`${silences} 次没有消息，共 ${silentFor}`]),
    ].join('；'),
  lastWord: (name) => `中枢 ${name} 连不上 NATS 服务器，将不再说话`,
  lastWordNote: () => '另一个中枢会接手；联系不上任何中枢的机器几分钟后用自己的通道告警',
};

const WORDS: Texts<typeof en> = { 'zh-CN': zh, en };

export const fleetText = (locale: Locale) => WORDS[locale];
