import { afterEach, describe, expect, it, vi } from 'vitest';
import type { DoctorFinding } from '../../src/doctor/check.ts';
import { finding, port, scene, type } from './scene.ts';

const sick = (name: string, findings: readonly DoctorFinding[]) =>
  port(name, { doctor: () => Promise.resolve(findings) });

/** The same in both languages. */
const said = (what: string, why: string): DoctorFinding['words'] => ({ 'zh-CN': [what, why], en: [what, why] });

afterEach(() => void vi.useRealTimers());

describe('/doctor', () => {
  it.each(['zh-CN', 'en'] as const)('is one line when nothing is found (%s)', async (locale) => {
    expect(await type('/doctor', scene({ locale }).context)).toEqual({
      tone: 'good',
      title: locale === 'en' ? 'main: nothing found wrong' : 'main：没有发现隐患',
    });
    expect((await type('/doctor', scene({ locale, gateways: [port('a'), port('b')] }).context)).title).toBe(
      locale === 'en' ? 'Nothing found wrong with any of 2 gateways' : '2 个网关都没有发现隐患',
    );
  });

  it('says what is found, why it matters, and what to type at the machine', async () => {
    const found = [
      finding({ commands: ['systemctl --user edit hermes-gateway'] }),
      finding({
        code: 'no_linger',
        words: said('没有开启 linger', '退出登录时网关会被停掉'),
        severity: 'error',
        commands: ['loginctl enable-linger me'],
      }),
    ];
    expect(await type('/doctor main', scene({ gateways: [sick('main', found)] }).context)).toEqual({
      tone: 'critical',
      title: 'main：发现 2 个隐患',
      lines: [
        '🔴 没有开启 linger',
        '  退出登录时网关会被停掉',
        '🟠 hermes-gateway.service 设了 Restart=no',
        '  网关退出以后，systemd 不会把它拉起来；请改成 Restart=always',
      ],
      code: ['systemctl --user edit hermes-gateway', 'loginctl enable-linger me'].toReversed(),
      note: '在装有网关的机器上处理，命令如上',
    });
  });

  it('names the gateway of each finding where there are several', async () => {
    const { title, lines } = await type(
      '/doctor',
      scene({ locale: 'en', gateways: [sick('a', [finding({ gateway: 'a' })]), port('b')] }).context,
    );
    expect(title).toBe('1 finding');
    expect(lines?.[0]).toBe('🟠 a: hermes-gateway.service has Restart=no');
  });

  it('mends nothing itself: what it could mend is a command, too, and no button', async () => {
    const fix = {
      edit: null,
      act: { key: 'x', commands: [], run: () => Promise.reject(new Error('nobody may run this from the phone')) },
    };
    const answer = await type('/doctor', scene({ gateways: [sick('main', [finding({ fix })])] }).context);
    expect(answer.code).toEqual(['lifeline doctor --fix']);
    expect(answer.buttons).toBeUndefined();
  });

  it('shows no command in part, for it would do something else', async () => {
    const long = `rm ${'x'.repeat(300)}`;
    const answer = await type(
      '/doctor',
      scene({ gateways: [sick('main', [finding({ commands: [long, 'first\nsecond', 'short'] })])] }).context,
    );
    expect(answer).toMatchObject({ code: ['short'], note: '在那台机器上运行 lifeline doctor 看全部' });
  });

  it('shows no secret', async () => {
    const answer = await type(
      '/doctor',
      scene({
        gateways: [
          sick('main', [
            finding({
              code: 'cannot_ask',
              words: said('token=abcdef123456', 'secret: abcdef123456'),
              commands: ['curl -H "Authorization: Bearer abcdef123456"'],
            }),
          ]),
        ],
      }).context,
    );
    expect(JSON.stringify(answer)).not.toContain('abcdef123456');
  });

  it('says so when one cannot be examined, and what is found with the others', async () => {
    const broken = port('broken', { doctor: () => Promise.reject(new Error('no bus')) });
    expect(await type('/doctor', scene({ gateways: [broken] }).context)).toEqual({
      tone: 'warning',
      title: 'broken：体检失败：no bus',
    });
    expect(await type('/doctor', scene({ gateways: [broken, { ...broken, name: 'second' }] }).context)).toMatchObject({
      tone: 'warning',
      title: '2 个网关没能体检',
      lines: ['🟠 broken：体检失败：no bus', '🟠 second：体检失败：no bus'],
    });
    expect(await type('/doctor', scene({ gateways: [broken, sick('main', [finding()])] }).context)).toMatchObject({
      title: '发现 1 个隐患',
      lines: ['🟠 broken：体检失败：no bus', expect.any(String) as string, expect.any(String) as string],
    });
  });

  it('does not wait for ever, and says that it is at work', async () => {
    vi.useFakeTimers();
    const { context, said } = scene({ gateways: [port('main', { doctor: () => new Promise(() => undefined) })] });
    const answer = type('/doctor', context);
    await vi.advanceTimersByTimeAsync(30_000);
    expect(said.map(({ title }) => title)).toEqual(['正在体检…']);
    expect((await answer).title).toBe('main：体检超时，没有结果');
  });

  it.each(['zh-CN', 'en'] as const)('fits a phone with two hundred findings (%s)', async (locale) => {
    const many = Array.from({ length: 200 }, (_, index) =>
      finding({
        words: said(`${'u'.repeat(180)}${index}`, 'w'),
        commands: [`systemctl edit ${'u'.repeat(150)}${index}`],
      }),
    );
    const { title, note } = await type('/doctor', scene({ locale, gateways: [sick('main', many)] }).context);
    expect(title).toContain('200');
    expect(note).toContain('lifeline doctor');
  });

  it('examines Lifeline too, unless one gateway is named', async () => {
    const examineSelf = () =>
      Promise.resolve([
        finding({
          gateway: null,
          words: said('没有装成系统服务', '没有人把它拉起来'),
          commands: ['lifeline service install'],
        }),
      ]);
    const { context } = scene({ gateways: [port('main')], examineSelf });
    expect(await type('/doctor', context)).toEqual({
      tone: 'warning',
      title: '发现 1 个隐患',
      lines: ['🟠 Lifeline 自己：没有装成系统服务', '  没有人把它拉起来'],
      code: ['lifeline service install'],
      note: '在装有网关的机器上处理，命令如上',
    });
    expect(await type('/doctor main', context)).toEqual({ tone: 'good', title: 'main：没有发现隐患' });
    expect(await type('/doctor', scene({ examineSelf: () => Promise.resolve([]) }).context)).toEqual({
      tone: 'good',
      title: 'main：没有发现隐患',
    });
  });

  it('tells of a Lifeline that cannot be examined, and still what is found with the gateways', async () => {
    const examineSelf = () => Promise.reject(new Error('no disk'));
    expect(await type('/doctor', scene({ gateways: [sick('main', [finding()])], examineSelf }).context)).toMatchObject({
      tone: 'warning',
      title: '发现 1 个隐患',
      lines: ['🟠 Lifeline 自己：体检失败：no disk', expect.any(String) as string, expect.any(String) as string],
    });
  });

  it.each(['zh-CN', 'en'] as const)('is calm where there are only hints (%s)', async (locale) => {
    const examineSelf = () => Promise.resolve([finding({ code: 'own_no_ping', gateway: null, severity: 'info' })]);
    expect(await type('/doctor', scene({ locale, examineSelf }).context)).toMatchObject({
      tone: 'info',
      title: locale === 'en' ? 'Nothing wrong, 1 hint' : '没有隐患，有 1 条建议',
    });
  });

  it('says that there is no gateway where none is', async () => {
    expect((await type('/doctor', scene({ gateways: [] }).context)).title).toBe('没有配置任何网关');
    await expect(async () => type('/doctor x', scene().context)).rejects.toMatchObject({ code: 'NO_SUCH_GATEWAY' });
  });
});
