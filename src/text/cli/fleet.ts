/** What `lifeline fleet` says. */
import type { Locale, Texts } from '../locale.ts';

const en = {
  begun: (folder: string) => `The fleet is in ${folder}. Keep this folder: with it anybody can let hosts in.`,
  server: (config: string) => `Start the server:   nats-server -c ${config}`,
  cluster: (folder: string, files: readonly string[]) =>
    `Three servers, of which one may be gone. Copy ${files.join(', ')} and its own .conf into ${folder} on each machine, and start there:`,
  clusterServer: (address: string, config: string) => `  on ${address}:   nats-server -c ${config}`,
  clusterPorts: (addresses: readonly string[]) => `They reach each other at ${addresses.join(', ')}`,
  told: (servers: number) =>
    servers === 1 ? 'The server knows, and has cut it off.' : `All ${servers} servers know, and have cut it off.`,
  toldSome: (told: number, servers: number, seconds: number) =>
    `${told} of ${servers} servers know, and have cut it off. The others learn it from them, within ${seconds} s once they run.`,
  untold: (why: string) =>
    `A host that was removed earlier keeps its rights until a server is told, which was tried again now: ${why}`,
  removedElsewhere: (names: readonly string[]) =>
    `Removed with another copy of this folder, and now here too: ${names.join(', ')}. Work with one copy.`,
  firstHub: () => "The first hub's configuration, beside its channels and operators:",
  hub: (name: string) => `Then on the hub's machine:   lifeline hub   (${name})`,
  added: (name: string) => `${name} may join. Carry these two files to it, and keep them private:`,
  joinHere: (name: string, minutes: number) =>
    `Run this on ${name} within ${minutes} minutes. It may hand in one public key there, and nothing else:`,
  waiting: (name: string) => `Waiting for ${name}; Ctrl+C ends it …`,
  joined: (name: string, key: string) => `${name} has joined. Its key ends in ${key}: the same must stand there.`,
  notJoined: (name: string) => `${name} did not join. What was printed is of no use any more.`,
  notSaid: (name: string, key: string) =>
    `${name} has handed in its key, which ends in ${key}, and has not said that it has its rights. If "lifeline fleet join" has failed there: lifeline fleet remove ${name}, then add it again.`,
  accepted: (name: string, key: string) =>
    `${name} has joined the fleet. Its key ends in ${key}: the same must stand where "lifeline fleet add" runs.`,
  written: (path: string) => `Written: ${path}`,
  section: () => 'Put this into its config.yaml:',
  run: () =>
    'If the hub\'s bot stands under "channels" there, take it out. Then start Lifeline as ever:   lifeline run',
  removed: (name: string) => `${name} is no member any more.`,
  forget: (name: string) => `Tell the hub that it is gone for good:   /forget ${name}`,
};

const zh: typeof en = {
  begun: (folder) => `机群在 ${folder}。保管好这个目录：有了它，谁都能让机器加入`,
  server: (config) => `启动服务器：  nats-server -c ${config}`,
  cluster: (folder, files) =>
    `三台服务器，少一台也行。把 ${files.join('、')} 和各自的 .conf 拷到每台机器的 ${folder}，在那里启动：`,
  clusterServer: (address, config) => `  ${address} 上：  nats-server -c ${config}`,
  clusterPorts: (addresses) => `它们之间走 ${addresses.join('、')}`,
  told: (servers) => (servers === 1 ? '服务器已经知道，连接已断开' : `${servers} 台服务器都已知道，连接已断开`),
  toldSome: (told, servers, seconds) =>
    `${servers} 台服务器中有 ${told} 台已经知道，连接已断开。其余的恢复后 ${seconds} 秒内会从它们那里得知`,
  untold: (why) => `之前移除的机器还有权限，直到服务器得知为止；刚才又试了一次：${why}`,
  removedElsewhere: (names) => `用这个目录的另一份副本移除过的，这里也移除了：${names.join('、')}。只用一份目录`,
  firstHub: () => '第一个中枢的配置，写在它的通道和操作者旁边：',
  hub: (name) => `然后在中枢的机器上：  lifeline hub  （${name}）`,
  added: (name) => `${name} 可以加入了。把这两个文件拷过去，不要给别人：`,
  joinHere: (name, minutes) =>
    `${minutes} 分钟内在 ${name} 上运行下面这条命令。它只能在那里交出一个公钥，别的什么都不能做：`,
  waiting: (name) => `正在等 ${name}，Ctrl+C 结束 …`,
  joined: (name, key) => `${name} 加入了。它的公钥以 ${key} 结尾，那边显示的应当相同`,
  notJoined: (name) => `${name} 没有加入。刚才打印的命令已经没有用了`,
  notSaid: (name, key) =>
    `${name} 交出了公钥（以 ${key} 结尾），但没有说拿到了权限。如果那边的 lifeline fleet join 失败了：先 lifeline fleet remove ${name}，再重新加入`,
  accepted: (name, key) => `${name} 加入了机群。公钥以 ${key} 结尾，应当与运行 lifeline fleet add 的地方显示的相同`,
  written: (path) => `已写入：${path}`,
  section: () => '写进它的 config.yaml：',
  run: () => '如果那里的 channels 里有中枢的机器人，去掉它，然后照常启动：  lifeline run',
  removed: (name) => `${name} 不再是成员`,
  forget: (name) => `告诉中枢它永远不来了：  /forget ${name}`,
};

const TEXTS: Texts<typeof en> = { 'zh-CN': zh, en };

export const fleetSetupText = (locale: Locale) => TEXTS[locale];
