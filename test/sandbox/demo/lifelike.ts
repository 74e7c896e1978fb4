/** Lets the fake stage's bot behave like the real one: it answers commands, and faults end in alert and recovery. */
import type { FakeStage } from '../page/fake-stage.ts';

const ALERT = '🔴 main：QQ 失联\n网关已不再尝试重连 QQ。\n正在重启(1 小时内第 1/3 次)';
const RECOVERY = '🟢 main：QQ 已恢复\n中断 37 秒。重启 1 次,进程 48211 → 48390';

export const answers = (stage: FakeStage): Readonly<Record<string, readonly string[]>> => ({
  '/status': ['🟢 main:一切正常\n进程 48211,已运行 12 分 34 秒\nQQ:已登录\n飞书:已连接\n重启:1 小时内 0/3'],
  '/logs 20': [`main 的最后 ${stage.log.length} 行日志\n\n${stage.log.join('\n')}`],
  '/restart': ['🟠 重启 main？\nmain 正在运行（pid 48211），会中断\n回复 7K2Q 确认，60 秒内有效'],
  '7K2Q': ['正在重启 main(pid 48211)…', '🟢 main 已重启\n用时 4 秒,进程 48211 → 48390'],
});

/** Mentioned by the operator it answers there, and in private what is for nobody else. */
const inGroup = (stage: FakeStage, user: string, text: string): void => {
  if (user !== 'op') return;
  setImmediate(() => {
    if (text.includes('/logs')) {
      stage.feishu.botSaysInGroup('小林：答复发到私聊了');
      stage.feishu.botSays('op', stage.log.join('\n'));
    } else stage.feishu.botSaysInGroup('🟢 main:一切正常');
  });
};

export const answerLifelike = (stage: FakeStage): void => {
  for (const phone of [stage.feishu, stage.qq]) {
    phone.onMessage((_appId, { from, user, group, text }) => {
      if (from !== 'user') return;
      if (group !== undefined) return inGroup(stage, user, text);
      const replies =
        user === 'op' ? (answers(stage)[text] ?? ['不认识这个指令。/help 看全部指令。']) : ['你不在操作员名单里。'];
      for (const reply of replies) setImmediate(() => phone.botSays(user, reply));
    });
  }
  const { gateway } = stage;
  const carryOut = gateway.break.bind(gateway);
  Object.assign(gateway, {
    break: async (fault: string) => {
      await carryOut(fault);
      if (fault === 'qq_4009') return;
      stage.view = { ...stage.view, fault };
      for (const text of [ALERT, RECOVERY])
        setImmediate(() => {
          for (const phone of [stage.feishu, stage.qq]) phone.botSays('op', text);
          if (stage.phones.some(({ group }) => group)) stage.feishu.botSaysInGroup(text);
        });
    },
  });
};
