/** How often each link was lost and came back by itself, by the gateway's own log. */
import type { Evidence, LinkName } from '../diagnosis/evidence.ts';

export interface LinkDrops {
  readonly link: LinkName;
  readonly count: number;
  /** From the beginning of what was read until now. */
  readonly spanMs: number;
  readonly longestMs: number;
  /** How much of that time the link was up, from 0 to 1; how it was before the first drop does not matter. */
  readonly upShare: number;
}

interface Drop {
  readonly link: LinkName;
  readonly from: number;
  readonly to: number;
}

/** @param evidence of one gateway, in the order of time; copies of a record do no harm. */
export const dropsIn = (evidence: readonly Evidence[], now: number): readonly LinkDrops[] => {
  const spanMs = now - (evidence[0]?.at ?? now);
  return [...Map.groupBy(healedIn(evidence), ({ link }) => link)].map(([link, drops]) => {
    const downMs = drops.reduce((sum, { from, to }) => sum + to - from, 0);
    return {
      link,
      count: drops.length,
      spanMs,
      longestMs: Math.max(...drops.map(({ from, to }) => to - from)),
      upShare: spanMs > 0 ? Math.max(0, 1 - downMs / spanMs) : 1,
    };
  });
};

const healedIn = (evidence: readonly Evidence[]): readonly Drop[] => {
  const loginsVisible = new Set(evidence.flatMap(({ link, fact }) => (fact.kind === 'link-login' ? [link] : [])));
  const lostAt = new Map<LinkName, number>();
  const drops: Drop[] = [];
  for (const { at, link, fact } of evidence) {
    // What comes back with a start did not come back by itself.
    if (fact.kind === 'gateway-starting') lostAt.clear();
    if (link === null) continue;
    // When it came back from a loss of this sort, the log does not say.
    if (fact.kind === 'link-lost' && !fact.returnsSilently && !lostAt.has(link)) lostAt.set(link, at);
    // Where logins are not logged, an open socket is all that shows that it is back.
    const isBack =
      fact.kind === 'link-login' ||
      fact.kind === 'link-traffic' ||
      (fact.kind === 'link-open' && !loginsVisible.has(link));
    const from = lostAt.get(link);
    if (!isBack || from === undefined) continue;
    lostAt.delete(link);
    drops.push({ link, from, to: Math.max(from, at) });
  }
  return drops;
};
