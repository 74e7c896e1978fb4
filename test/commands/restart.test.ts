import { describe, expect, it, vi } from 'vitest';
import type { GatewayPort } from '../../src/chat/command.ts';
import type { Missing, TreatmentResult } from '../../src/healing/decision.ts';
import { context, gatewayVerdict, linkVerdict, named, NOW, port, report, treatment } from './helpers.ts';

const restart = named('restart');
const later = (result: TreatmentResult): Promise<TreatmentResult> => new Promise((resolve) => setTimeout(() => resolve(result), 20));
const withRestart = (run: GatewayPort['restart'], more: Partial<GatewayPort> = {}) => context({ gateways: [port('main', { restart: run, ...more })] });

describe('/restart', () => {
  it('says at once what it does, and then what was proven', async () => {
    const asked = vi.fn<GatewayPort['restart']>(() => later(treatment()));
    const here = withRestart(asked);
    expect(await restart.run(here, [])).toEqual({
      tone: 'good',
      title: 'main 已重启',
      lines: ['进程 123 → 456', '用时 37 秒', 'QQ：已登录（09:31:05 起）', '飞书：已登录（09:31:05 起）'],
    });
    expect(here.said).toEqual([{ tone: 'info', title: '正在重启 main（pid 123）…' }]);
    expect(asked.mock.calls).toEqual([['me']]);
  });

  it('says so before the restart is over', async () => {
    const { promise, resolve } = Promise.withResolvers<TreatmentResult>();
    const here = withRestart(() => promise);
    const answer = restart.run(here, []);
    await vi.waitFor(() => expect(here.said).toHaveLength(1), 20_000);
    resolve(treatment());
    expect((await answer).title).toBe('main 已重启');
  });

  it('starts what is down, and says that', async () => {
    const here = withRestart(() => later(treatment({ remedy: 'start', before: null })), { report: () => Promise.resolve(report({ process: null, verdicts: [gatewayVerdict('stopped')] })) });
    expect(await restart.run(here, [])).toMatchObject({ title: 'main 已启动', lines: ['进程 无 → 456', '用时 37 秒'] });
    expect(here.said).toMatchObject([{ title: 'main 没有在运行，正在启动…' }]);
  });

  it('shows the links that are not there yet', async () => {
    const verdicts = [gatewayVerdict('healthy'), linkVerdict('feishu', 'connecting', { cause: 'start_in_progress', since: NOW + 30_000 })];
    const here = withRestart(() => later(treatment()), { report: () => Promise.resolve(report({ verdicts })) });
    expect((await restart.run(here, [])).lines?.at(-1)).toBe('飞书：正在连接（10:31:35 起），正在启动');
  });

  it('that is refused as busy announces nothing', async () => {
    const here = withRestart(() => Promise.resolve({ outcome: 'busy' }));
    expect(await restart.run(here, [])).toEqual({ tone: 'info', title: 'main 正在重启中，没有再重启一次', note: '发 /status main 看进展' });
    expect(here.said).toEqual([]);
  });

  it.each<[Missing, string]>([
    [{ what: 'process' }, '没有等到进程起来'],
    [{ what: 'new_process' }, '进程没有换过，还是原来那个'],
    [{ what: 'ready' }, '网关没有就绪'],
    [{ what: 'login', link: 'qqbot' }, 'QQ 没有登录'],
  ])('that could not prove %j says so and what to do', async (missing, line) => {
    const here = withRestart(() => later(treatment({ outcome: 'failed', missing: [missing] })));
    expect(await restart.run(here, [])).toEqual({
      tone: 'critical',
      title: 'main 重启没有成功',
      lines: [line, '进程 123 → 456', '用时 37 秒'],
      note: '发 /logs main 看日志，改好后再发 /restart main',
    });
  });

  it("passes on the supervisor's words without secrets", async () => {
    const here = withRestart(() => later(treatment({ outcome: 'failed', remedy: 'start', after: null, problem: 'exit 78, token=abcdefgh', missing: [{ what: 'process' }] })));
    expect(await restart.run(here, [])).toMatchObject({ title: 'main 启动没有成功', lines: ['exit 78, token=***', '没有等到进程起来', '进程 123 → 无', '用时 37 秒'] });
  });

  it('is not held up by a gateway that cannot be looked at', async () => {
    const here = withRestart(() => later(treatment()), { report: () => Promise.reject(new Error('EACCES')) });
    expect(await restart.run(here, [])).toMatchObject({ tone: 'good', title: 'main 已重启' });
    expect(here.said).toMatchObject([{ title: '正在重启 main…' }]);
  });

  it('that breaks while it is announced is a failure, not a crash', async () => {
    const here = context({
      gateways: [port('main', { restart: () => new Promise((_, reject) => setTimeout(() => reject(new Error('broken')), 5)) })],
      say: () => new Promise((resolve) => setTimeout(resolve, 50)),
    });
    await expect(restart.run(here, [])).rejects.toThrow('broken');
  });

  it('asks which when there are several, and touches none', async () => {
    const asked = vi.fn<GatewayPort['restart']>();
    const here = context({ gateways: [port('main', { restart: asked }), port('test', { restart: asked })] });
    await expect(restart.run(here, [])).rejects.toThrow('哪个网关？有 main、test');
    await expect(restart.run(here, ['nope'])).rejects.toThrow('没有叫「nope」的网关');
    await expect(restart.run(here, ['main', 'test'])).rejects.toThrow('参数太多');
    expect(asked).not.toHaveBeenCalled();
    expect(here.said).toEqual([]);
  });
});
