import { localTimeOf } from '../../../src/base/local-time.ts';
import { describe, expect, it } from 'vitest';
import { commands } from '../../../commands/index.ts';
import { createRemoteRunner } from '../../../src/chat/bus/run-remote.ts';
import type { Command, GatewayPort } from '../../../src/chat/command/command.ts';
import { plainText, type Message } from '../../../src/chat/message/message.ts';
import type { Operator } from '../../../src/config/config.ts';
import { silentLogger } from '../../../src/base/logger.ts';
import { createAudit } from '../../../src/store/audit.ts';
import { openDatabase } from '../../../src/store/database.ts';
import { createPlans } from '../../../src/store/planned-maintenance.ts';
import { createQuotes } from '../../../src/store/quotes.ts';
import { createSilences } from '../../../src/store/silences.ts';
import { incident, incidentsIn, port, report } from '../../commands/scene.ts';
import { command, harness, inbound, NOW, ports } from '../helpers.ts';

const HOUR = 3_600_000;
const LAB: Operator = { name: 'intern', role: 'admin', ids: { qq: 'INTERN' }, gateways: ['lab'] };
const TWO: Operator = { name: 'two', role: 'operator', ids: { qq: 'TWO' }, gateways: ['lab', 'spare'] };
const NONE: Operator = { name: 'none', role: 'admin', ids: { qq: 'NONE' }, gateways: [] };
const ME: Operator = { name: 'me', role: 'admin', ids: { qq: 'ME' } };

/** A bus with the true commands over three gateways, each with an open incident: main #1, lab #2, spare #3. */
const scene = (more: readonly Command[] = []) => {
  const db = openDatabase(':memory:');
  const silences = createSilences(db);
  const plans = createPlans(db);
  const asked: string[] = [];
  const gateway = (name: string): GatewayPort =>
    port(name, {
      report: async () => report(),
      logs: async () => {
        asked.push(`logs ${name}`);
        return { lines: [], older: null } as never;
      },
      plan: async () => {
        asked.push(`plan ${name}`);
        throw new Error('no plan');
      },
    });
  const incidents = incidentsIn(
    ['main', 'lab', 'spare'].map((name, index) => incident(index + 1, { gateway: name })),
    ['main', 'lab'].map((name) => ({ gateway: name, link: null, from: NOW - HOUR, to: NOW - HOUR + 1_000 }) as never),
  );
  const quotes = createQuotes(db);
  quotes.remember('qq', ['alert-of-main'], 1, NOW);
  const context = {
    ...ports(),
    gateways: ['main', 'lab', 'spare'].map(gateway),
    incidents,
    audit: createAudit(db),
    settings: () => ['secret-looking: line'],
    examineSelf: async () => [],
  };
  const changes = { silences, plans, acknowledge: incidents.acknowledge };
  const all = [...commands, ...more];
  const { bus, sent, audited } = harness(all, {
    operators: [LAB, TWO, NONE, ME],
    context,
    changes,
    quotes,
  });
  const by = async (sender: string, text: string, extra: object = {}): Promise<string> => {
    const before = sent.length;
    bus.receive(inbound(text, { sender, ...extra }));
    await bus.idle();
    return sent
      .slice(before)
      .map(({ message }) => everything(message))
      .join('\n');
  };
  const remotely = async (operator: Operator, text: string): Promise<string> => {
    const run = createRemoteRunner({
      commands: all,
      context,
      changes,
      atomically: (work) => work(),
      audit: createAudit(db),
      clock: { now: () => NOW },
      logger: silentLogger(),
      locale: 'en',
    });
    const answer = await run({
      id: 'r1',
      text,
      by: 'typed',
      operator,
      origin: { channel: 'fleet', user: operator.name },
      say: async () => undefined,
      onCarriedOut: () => undefined,
    });
    return answer.message === null ? '' : everything(answer.message);
  };
  return { by, remotely, silences, plans, incidents, asked, audited };
};

/** All that a phone could show of it, and all that its buttons stand for. */
const everything = (message: Message): string =>
  [plainText(message), ...(message.buttons ?? []).map(({ label, command: words }) => `${label} ${words}`)].join('\n');

describe('an operator who has only some gateways', () => {
  it.each([
    '/status',
    '/status main',
    '/history 30d',
    '/history main',
    '/incident',
    '/incident 1',
    '/why main',
    '/logs main',
    '/check',
    '/doctor',
    '/doctor main',
    '/mute',
    '/maintenance',
    '/restart main',
    '/stop main',
    '/start main',
    '/restart m',
    '/mute 2h main',
    '/ack 1',
    '/ack main',
    '/whoami',
    '/version',
    '/help',
    'restart main',
    'what is main doing',
  ])('sees and changes nothing of another by %s, on either way', async (text) => {
    const { by, remotely, silences, incidents, asked } = scene();
    for (const answer of [await by('INTERN', text), await remotely(LAB, text)]) {
      // The name that was typed may be repeated; nothing else.
      const words = text.split(' ').slice(1);
      const rest = answer.replaceAll(/[\w#]+/g, (word) => (words.includes(word.replace('#', '')) ? '' : word));
      expect(rest).not.toMatch(/\bmain\b|#1\b|spare/);
    }
    expect(asked.filter((each) => !each.endsWith(' lab'))).toEqual([]);
    expect(silences.active(NOW)).toEqual([]);
    expect(incidents.get(1)?.acknowledged).toBeNull();
  });

  it('has these as everybody has all', async () => {
    const { by, silences, incidents } = scene();
    expect(await by('INTERN', '/status')).toContain('lab');
    expect(await by('INTERN', '/history')).toContain('#2');
    expect(await by('INTERN', '/mute 2h')).toContain('lab');
    expect(silences.active(NOW).map(({ gateway }) => gateway)).toEqual(['lab']);
    await by('INTERN', '/ack');
    expect([1, 2, 3].map((id) => incidents.get(id)?.acknowledged?.by ?? null)).toEqual([null, 'intern', null]);
    expect(await by('INTERN', '/unmute')).toMatch(/lab/);
    expect(silences.active(NOW)).toEqual([]);
  });

  it.each(['/mute 2h', '/unmute', '/maintenance 1h', '/maintenance 23:00 2h', '/ack', '/restart'])(
    'is asked which of several %s is for: nothing stands for all',
    async (text) => {
      const { by, silences, plans, incidents } = scene();
      silences.add({ kind: 'mute', gateway: null, by: 'me', at: NOW, until: NOW + HOUR });
      const answer = await by('TWO', text);
      expect(answer).toContain('lab');
      expect(answer).toContain('spare');
      expect(answer).not.toMatch(/\bmain\b/);
      expect(silences.active(NOW)).toHaveLength(1);
      expect(plans.pending(NOW)).toEqual([]);
      expect(incidents.open().filter(({ acknowledged }) => acknowledged)).toEqual([]);
    },
  );

  it('ends no silence and no plan that is for more', async () => {
    const { by, silences, plans } = scene();
    silences.add({ kind: 'mute', gateway: null, by: 'me', at: NOW, until: NOW + HOUR });
    silences.add({ kind: 'mute', gateway: 'main', by: 'me', at: NOW, until: NOW + HOUR });
    const plan = {
      by: 'me',
      at: NOW,
      startsAt: NOW + HOUR,
      localStart: localTimeOf(NOW + HOUR),
      durationMs: HOUR,
      weekly: false,
    };
    plans.add({ ...plan, gateway: null });
    plans.add({ ...plan, gateway: 'main' });
    for (const text of ['/unmute', '/unmute lab', '/maintenance end', '/maintenance end #1', '/maintenance end #2'])
      await by('INTERN', text);
    expect(silences.active(NOW)).toHaveLength(2);
    expect(plans.pending(NOW)).toHaveLength(2);
  });

  it.each(['/audit', '/config', '/reload', '/own'])('may not use %s, which concerns all gateways', async (text) => {
    const { by, remotely, audited } = scene([command('own', { own: true })]);
    expect(await by('INTERN', text)).toMatch(/concerns all gateways/);
    expect(await remotely(LAB, text)).toMatch(/concerns all gateways/);
    expect(audited.map(({ outcome, detail }) => [outcome, detail])).toEqual([['refused', 'bounds']]);
    expect(await by('INTERN', '/help')).not.toContain(text);
    expect(await by('ME', text)).not.toMatch(/concerns all gateways/);
  });

  it('acknowledges nothing of another by quoting its alert', async () => {
    const { by, incidents } = scene();
    await by('INTERN', 'ok', { quotes: 'alert-of-main' });
    expect(incidents.get(1)?.acknowledged).toBeNull();
    await by('ME', 'ok', { quotes: 'alert-of-main' });
    expect(incidents.get(1)?.acknowledged).toMatchObject({ by: 'me' });
  });

  it('with none at all sees nothing and may do nothing', async () => {
    const { by, silences, incidents, asked } = scene();
    for (const text of ['/status', '/history', '/incident', '/mute 2h', '/ack', '/restart', '/logs', '/audit'])
      expect(await by('NONE', text)).not.toMatch(/\bmain\b|\blab\b|spare|#\d/);
    expect([silences.active(NOW), asked, incidents.open().filter(({ acknowledged }) => acknowledged)]).toEqual([
      [],
      [],
      [],
    ]);
  });
});
