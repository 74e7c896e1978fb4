/** What is wrong with the credentials or the certificate of a fleet. */
import type { AccessProblem } from '../../config/fleet-access.ts';
import type { Locale, Texts } from '../locale.ts';

const en = {
  what: ({ why, said }: AccessProblem): string => {
    switch (why) {
      case 'no_seed':
        return 'is no nkey seed and no creds file: nothing to prove this host with';
      case 'not_of_a_user':
        return 'is the seed of an account or a server, not of a user';
      case 'no_rights':
        return 'is a creds file whose JWT is damaged, or of another key than its seed';
      case 'unreadable':
        return `the certificate cannot be read: ${said ?? ''}`;
      case 'no_certificate':
        return 'is no certificate (PEM)';
      case 'expired':
        return `the certificate ended on ${said ?? '?'}: the server is not believed any more`;
    }
  },
  todo: ({ key }: AccessProblem): string =>
    key === 'credentials'
      ? 'name the creds file that "lifeline fleet join" or "fleet add --files" has made, whole: file:~/.config/lifeline/NAME.creds'
      : 'copy ca.pem from the folder of the fleet, readable by the user of Lifeline alone',
};

const zh: typeof en = {
  what: ({ why, said }) => {
    switch (why) {
      case 'no_seed':
        return '不是 nkey 私钥，也不是 creds 文件：没法证明是这台机器';
      case 'not_of_a_user':
        return '是账户或服务器的私钥，不是用户的';
      case 'no_rights':
        return '是 creds 文件，但其中的 JWT 损坏，或者不属于其中的私钥';
      case 'unreadable':
        return `证书读不了：${said ?? ''}`;
      case 'no_certificate':
        return '不是证书（PEM）';
      case 'expired':
        return `证书已于 ${said ?? '?'} 到期：不再相信服务器`;
    }
  },
  todo: ({ key }) =>
    key === 'credentials'
      ? '写 lifeline fleet join 或 fleet add --files 生成的 creds 文件，要完整：file:~/.config/lifeline/NAME.creds'
      : '从机群目录里把 ca.pem 拷过来，只让运行 Lifeline 的用户能读',
};

const TEXTS: Texts<typeof en> = { 'zh-CN': zh, en };

export const accessText = (locale: Locale) => TEXTS[locale];
