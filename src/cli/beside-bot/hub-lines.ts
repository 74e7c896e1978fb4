/** What a person beside the bot is told when the host of a fleet reaches no hub. */
import type { FleetConfig } from '../../config/config.ts';
import type { HubTrouble } from '../../store/hub-trouble.ts';
import { formatDuration, formatTime } from '../../text/common/time.ts';
import { hubTroubleText } from '../../text/fleet/hub-trouble.ts';
import type { Locale } from '../../text/locale.ts';

export const hubTroubleLines = (
  { host }: Pick<FleetConfig, 'host'>,
  { why, since, said }: HubTrouble,
  locale: Locale,
  now: number,
): readonly string[] => {
  const text = hubTroubleText(locale);
  const { what, todo } = text.words[why];
  const words = text.said(what, said);
  const at = formatTime(since, locale, now);
  return [
    why === 'twins'
      ? text.twins(host, at, words)
      : text.gone(host, at, formatDuration(Math.max(0, now - since), locale), words),
    text.alone(todo),
  ];
};
