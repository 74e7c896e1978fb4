import { describe, expect, it } from 'vitest';
import { oneGateway, pickGateway } from '../../commands/shared/pick-gateway.ts';
import { port } from './helpers.ts';

const gateways = ['main', 'mail', 'main-test', '测试'].map((name) => port(name));
const context = { gateways, locale: 'en' } as const;

describe('which gateway', () => {
  it.each([
    ['main', 'main'],
    ['MAIN', 'main'],
    ['\uff4d\uff41\uff49\uff4e', 'main'],
    ['main-', 'main-test'],
    ['mail', 'mail'],
    ['测', '测试'],
  ])('%s is %s', (typed, name) => {
    expect(pickGateway(context, typed).name).toBe(name);
  });

  it.each([
    ['ma', 'AMBIGUOUS_GATEWAY', '"ma" could be main or mail or main-test'],
    ['mian', 'NO_SUCH_GATEWAY', 'No gateway is called "mian"; did you mean main?\nThere are: main, mail, main-test, 测试'],
    ['banana', 'NO_SUCH_GATEWAY', 'No gateway is called "banana"\nThere are: main, mail, main-test, 测试'],
    ['', 'NO_SUCH_GATEWAY', 'No gateway is called ""\nThere are: main, mail, main-test, 测试'],
  ])('%j is none', (typed, code, message) => {
    expect(() => pickGateway(context, typed)).toThrow(expect.objectContaining({ code, message }));
  });

  it('is the only one when none is named', () => {
    expect(oneGateway({ gateways: [port('x')], locale: 'en' }, undefined, 'logs').name).toBe('x');
  });

  it('is asked when there are several, with all names', () => {
    expect(() => oneGateway({ ...context, locale: 'zh-CN' }, undefined, 'restart')).toThrow('哪个网关？有 main、mail、main-test、测试\n例如：/restart main');
  });

  it('is a plain sentence when there are none', () => {
    expect(() => oneGateway({ gateways: [], locale: 'zh-CN' }, undefined, 'restart')).toThrow('没有配置任何网关');
  });
});
