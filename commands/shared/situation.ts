/** What speaks against a treatment, and how that was when its operator was asked. */
import type { ChangeSinceAsked, Obstacle } from '../../src/chat/message/treatment-messages.ts';
import type { TreatmentPlan } from '../../src/healing/treatment.ts';

/** `@123.4567+turns`: the process, and what was told to speak against it. */
export const SITUATION = /^@(?:none|\d{1,10}\.[\d.]{1,24})(?:\+[a-z_]{1,20}){0,5}$/;

export const obstaclesOf = ({
  condition,
  held,
  turns,
  maintenanceUntil,
}: Pick<TreatmentPlan, 'condition' | 'held' | 'turns' | 'maintenanceUntil'>): readonly Obstacle[] => [
  // Starting a gateway that was stopped on purpose disturbs nobody's work.
  ...(held === null || condition === 'stopped_on_purpose' ? [] : [{ kind: held } as const]),
  ...(maintenanceUntil === null ? [] : [{ kind: 'maintenance', until: maintenanceUntil } as const]),
  ...(turns === null || turns === 0 ? [] : [{ kind: 'turns', turns } as const]),
];

const processOf = ({ before }: Pick<TreatmentPlan, 'before'>): string =>
  before === null ? 'none' : `${before.pid}.${before.startTime}`;

export const situationOf = (plan: Pick<TreatmentPlan, 'before'>, obstacles: readonly Obstacle[]): string =>
  `@${[processOf(plan), ...obstacles.map(({ kind }) => kind)].join('+')}`;

/**
 * @returns what was not so when it was asked; nobody has agreed to that. A process that ended meanwhile can be
 * interrupted no more.
 */
export const changesSince = (
  situation: string | null,
  plan: Pick<TreatmentPlan, 'before'>,
  obstacles: readonly Obstacle[],
): readonly ChangeSinceAsked[] => {
  const [seen = '', ...known] = (situation ?? '@').slice(1).split('+');
  const { before } = plan;
  return [
    ...(before === null || seen === processOf(plan)
      ? []
      : [{ kind: 'process', before: Number.parseInt(seen, 10) || null, after: before.pid } as const]),
    ...obstacles
      .filter(({ kind }) => !known.includes(kind))
      .map(({ kind }) => ({ kind: 'obstacle', obstacle: kind }) as const),
  ];
};
