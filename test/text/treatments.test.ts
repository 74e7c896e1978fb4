import { expect, it } from 'vitest';
import { LOCALES } from '../../src/config/config.ts';
import { treatmentTexts } from '../../src/text/common/treatments.ts';

const REMEDIES = ['start', 'restart', 'stop', 'end_process'] as const;

it('a confirmation button has a label that every platform takes', () => {
  for (const locale of LOCALES) {
    const text = treatmentTexts(locale);
    for (const remedy of REMEDIES)
      for (const label of [text.confirmButton(remedy), text.plainButton(remedy)])
        expect([...label].length).toBeLessThanOrEqual(10);
    for (const label of [text.startButton(), text.restartButton()]) expect([...label].length).toBeLessThanOrEqual(10);
  }
});

it('Chinese sentences have Chinese punctuation', () => {
  const text = treatmentTexts('zh-CN');
  const all = [
    ...REMEDIES.flatMap((remedy) => [
      text.doing('main', remedy, 1),
      text.doing('main', remedy, null),
      text.done('main', remedy),
      text.notDone('main', remedy),
      text.plan('main', remedy),
      text.sure('main', remedy),
    ]),
    ...(['stop_in_progress', 'update_in_progress', 'storm_brake'] as const).map((held) =>
      text.confirmHeld('main', held),
    ),
    text.busy('main'),
    text.dryNote(),
    text.hard(),
    text.failedNote('main', '/restart main'),
    text.linkAlone('main'),
    text.linkUnknown('main', '飞书'),
    text.confirmMaintenance('main', '11月21日'),
    text.interrupts('main', 1),
    text.changed(),
    text.confirmTurns('main', 2),
  ];
  for (const line of all) expect(line).not.toMatch(/[,;:?!](?!\/)/);
});

it.each<[string, string, string]>([
  ['sure restart', treatmentTexts('en').sure('main', 'restart'), 'Restart main?'],
  ['sure start', treatmentTexts('en').sure('main', 'start'), 'Start main?'],
  ['sure stop', treatmentTexts('en').sure('main', 'stop'), 'Stop main?'],
  ['doing', treatmentTexts('en').doing('main', 'stop', 7), 'Stopping main (pid 7)…'],
  ['one turn', treatmentTexts('en').confirmTurns('main', 1), 'main is at work: 1 turn in flight'],
  ['no turn too few', treatmentTexts('en').confirmTurns('main', 3), 'main is at work: 3 turns in flight'],
])('reads well in English: %s', (_what, text, expected) => expect(text).toBe(expected));
