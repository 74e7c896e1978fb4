/** What `lifeline fleet` says. */
import type { Locale, Texts } from '../locale.ts';

const en = {
  begun: (folder: string) => `The fleet is in ${folder}. Keep this folder: with it anybody can let hosts in.`,
  server: (config: string) => `Start the server:   nats-server -c ${config}`,
  cluster: (folder: string) =>
    `Three servers, of which one may be gone. Copy ca.pem, server.key and its own .conf into ${folder} on each machine, and start there:`,
  clusterServer: (address: string, config: string) => `  on ${address}:   nats-server -c ${config}`,
  clusterPorts: (addresses: readonly string[]) => `They reach each other at ${addresses.join(', ')}`,
  reloadCluster: (left: readonly { readonly server: string; readonly config: string }[]) =>
    `Let these servers know, each with its file copied to it (nats-server --signal reload): ${left.map(({ server, config }) => `${server} ${config}`).join(', ')}`,
  reload: (config: string) => `Let the server know:   nats-server --signal reload   (or restart it with -c ${config})`,
  firstHub: () => "The first hub's configuration, beside its channels and operators:",
  hub: (name: string) => `Then on the hub's machine:   lifeline hub   (${name})`,
  added: (name: string) => `${name} may join. Carry these two files to it, and keep them private:`,
  joinHere: (name: string, minutes: number) =>
    `Run this on ${name} within ${minutes} minutes. It may hand in one public key there, and nothing else:`,
  waiting: (name: string) => `Waiting for ${name}; Ctrl+C ends it …`,
  joined: (name: string, key: string) => `${name} has joined. Its key ends in ${key}: the same must stand there.`,
  notJoined: (name: string) => `${name} did not join. What was printed is of no use any more.`,
  reloaded: () => 'The server was told to read its configuration anew.',
  accepted: (name: string, key: string) =>
    `${name} has joined the fleet. Its key ends in ${key}: the same must stand where "lifeline fleet add" runs.`,
  written: (path: string) => `Written: ${path}`,
  section: () => 'Put this into its config.yaml:',
  run: () => 'Then start Lifeline there as ever:   lifeline run',
  removed: (name: string) => `${name} has no rights any more once the server knows.`,
  forget: (name: string) => `Tell the hub that it is gone for good:   /forget ${name}`,
};

const zh: typeof en = {
  begun: (folder) => `机群在 ${folder}。保管好这个目录：有了它，谁都能让机器加入`,
  server: (config) => `启动服务器：  nats-server -c ${config}`,
  cluster: (folder) =>
    `三台服务器，少一台也行。把 ca.pem、server.key 和各自的 .conf 拷到每台机器的 ${folder}，在那里启动：`,
  clusterServer: (address, config) => `  ${address} 上：  nats-server -c ${config}`,
  clusterPorts: (addresses) => `它们之间走 ${addresses.join('、')}`,
  reloadCluster: (left) =>
    `把各自的文件拷过去，让这些服务器知道（nats-server --signal reload）：${left.map(({ server, config }) => `${server} ${config}`).join('、')}`,
  reload: (config) => `让服务器知道：  nats-server --signal reload  （或用 -c ${config} 重启它）`,
  firstHub: () => '第一个中枢的配置，写在它的通道和操作者旁边：',
  hub: (name) => `然后在中枢的机器上：  lifeline hub  （${name}）`,
  added: (name) => `${name} 可以加入了。把这两个文件拷过去，不要给别人：`,
  joinHere: (name, minutes) =>
    `${minutes} 分钟内在 ${name} 上运行下面这条命令。它只能在那里交出一个公钥，别的什么都不能做：`,
  waiting: (name) => `正在等 ${name}，Ctrl+C 结束 …`,
  joined: (name, key) => `${name} 加入了。它的公钥以 ${key} 结尾，那边显示的应当相同`,
  notJoined: (name) => `${name} 没有加入。刚才打印的命令已经没有用了`,
  reloaded: () => '已让服务器重新读取配置',
  accepted: (name, key) => `${name} 加入了机群。公钥以 ${key} 结尾，应当与运行 lifeline fleet add 的地方显示的相同`,
  written: (path) => `已写入：${path}`,
  section: () => '写进它的 config.yaml：',
  run: () => '然后照常启动：  lifeline run',
  removed: (name) => `服务器知道之后，${name} 就没有任何权限了`,
  forget: (name) => `告诉中枢它永远不来了：  /forget ${name}`,
};

const TEXTS: Texts<typeof en> = { 'zh-CN': zh, en };

export const fleetSetupText = (locale: Locale) => TEXTS[locale];
