/** That a finding reads as it should in both languages. */
import { expect } from 'vitest';
import type { DoctorFinding } from '../../src/doctor/check.ts';

export const expectSound = <Found extends readonly DoctorFinding[]>(found: Found): Found => {
  for (const { code, words, ['said']: said } of found) {
    for (const text of [...words['zh-CN'], ...words.en]) {
      expect(text, code).not.toMatch(/undefined|null|NaN|\[object|\{\w+\}| {2}|[\r\n]|^ | $/);
      expect(text, code).not.toBe('');
    }
    expect(words['zh-CN'].join('\n'), code).not.toMatch(/\p{Script=Han}[,:;()?!]|[,:;()?!]\p{Script=Han}/u);
    expect(
      words.en
        .join('\n')
        .replace('允许主动发送', '')
        .replace(typeof said === 'string' ? said : '', ''),
      code,
    ).not.toMatch(/[\p{Script=Han}，：。「」；]/u);
  }
  return found;
};
