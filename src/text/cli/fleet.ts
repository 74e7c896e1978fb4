/** What `lifeline fleet` says. */
import type { Locale, Texts } from '../locale.ts';

const en = {
  begun: (folder: string) =>
    `The fleet is in ${folder}. Whoever has this folder can speak for its hubs. Start the server:`,
  cluster: (users: string) =>
    `Three servers, of which one may be gone. Copy this folder to each; ${users} is to be the same on all. Start there:`,
  carry: (name: string, key: string, ca: string | null, folder: string) =>
    `Copy ${key}${ca === null ? '' : ` and the signer's certificate (as ${ca})`} to ${name}, into ${folder}, chmod 600, and delete it here.`,
  section: () => 'Put this into its config.yaml:',
  hub: () => 'with "channels" and "operators" beside it. Then:   lifeline hub',
  run: () => 'and take the hub\'s bot out of its "channels". Then start Lifeline as ever:   lifeline run',
  added: (name: string, path: string) => `${name} stands in ${path}.`,
  edited: (path: string) => `${path} was changed by hand, so it stays as it is. Put this line into "users":`,
  reload: (servers: number): string =>
    servers === 1
      ? 'Have the server read it:   nats-server --signal reload'
      : 'Copy it to the other servers, and have each read it:   nats-server --signal reload',
  removed: (name: string) => `${name} has no rights once the server has read its file.`,
  forget: (name: string) => `On the phone:   /forget ${name}`,
};

const zh: typeof en = {
  begun: (folder) => `机群在 ${folder}。有这个目录的人就能冒充中枢。启动服务器：`,
  cluster: (users) => `三台服务器，少一台也行。把这个目录拷到每一台，${users} 在各台上要一样。在那里启动：`,
  carry: (name, key, ca, folder) =>
    `把 ${key}${ca === null ? '' : `和签发者的证书（取名 ${ca}）`}拷到 ${name} 的 ${folder}，chmod 600，然后在这里删掉。`,
  section: () => '写进它的 config.yaml：',
  hub: () => '旁边写上 channels 和 operators。然后：  lifeline hub',
  run: () => '并从它的 channels 里去掉中枢的机器人。然后照常启动：  lifeline run',
  added: (name, path) => `${name} 已写进 ${path}。`,
  edited: (path) => `${path} 被人改过，不去动它。请把这一行加进 users：`,
  reload: (servers) =>
    servers === 1
      ? '让服务器重新读取：  nats-server --signal reload'
      : '拷到其余服务器，让每一台重新读取：  nats-server --signal reload',
  removed: (name) => `服务器重新读取之后，${name} 就没有权限了。`,
  forget: (name) => `在手机上：  /forget ${name}`,
};

const TEXTS: Texts<typeof en> = { 'zh-CN': zh, en };

export const fleetSetupText = (locale: Locale) => TEXTS[locale];
