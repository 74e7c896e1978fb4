/**
 * The events of Lifeline's own log that others may build upon: each is one line whose `event` has this name, whatever
 * its message says. Their fields stand in docs/running.md. A name never changes its meaning; new ones may come.
 */
export const EVENTS = [
  'lifeline.started',
  'lifeline.stopped',
  'lifeline.reloaded',
  'lifeline.reload_failed',
  'incident.opened',
  'incident.closed',
  'incident.escalated',
  'treatment.begun',
  'treatment.ended',
  'notice.delivered',
  'notice.refused',
  'notice.delayed',
  'notice.stuck',
  'channel.up',
  'channel.down',
  'command.run',
  'command.ended',
  'store.trouble',
  'store.back',
  'loop.stuck',
  'loop.turning',
  'stage.failing',
  'stage.working',
] as const;

export type EventName = (typeof EVENTS)[number];

/** The field that names the event, to be spread into a line's fields. */
export const event = (name: EventName): { readonly event: EventName } => ({ event: name });
