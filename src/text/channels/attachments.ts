/** What a channel says about the file that belongs to a message. */
import type { Locale, Texts } from '../locale.ts';

const EARLIER = {
  'zh-CN': '更早的用 /logs 20，再按「更早」',
  en: 'For older ones send /logs 20, then "Earlier"',
} satisfies Texts<string>;

const en = {
  /** The line below an excerpt that is the end of the file. */
  inFile: (name: string) => `All of it is in the file ${name}`,
  /** The line above an excerpt, where the file itself cannot be sent. */
  noFile: () => `The file could not be sent; this is what fits. ${EARLIER.en}`,
  /** That line, with what somebody must do in the platform's console so that files can be sent. */
  needsPermission: (scope: string) =>
    `The app may not send files; this is what fits. To get files, grant it ${scope} in the Feishu developer console and publish a new version. ${EARLIER.en}`,
};

const zh: typeof en = {
  inFile: (name) => `全部内容在文件 ${name} 里`,
  noFile: () => `文件没能发出去，这里是放得下的部分。${EARLIER['zh-CN']}`,
  needsPermission: (scope) =>
    `没有发文件的权限，这里是放得下的部分。要发文件：在飞书开放平台给应用加上 ${scope}，并发布新版本。${EARLIER['zh-CN']}`,
};

const TEXTS: Texts<typeof en> = { 'zh-CN': zh, en };

export const attachmentText = (locale: Locale) => TEXTS[locale];
