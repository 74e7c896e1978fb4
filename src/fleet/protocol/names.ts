/** Names of hosts and labels: they stand in subjects, in file names and in what operators type. */
import { z } from 'zod';
import { HOST_NAME } from '../../config/fleet-schema.ts';

const LABEL_NAME = /^[a-z][a-z0-9_-]{0,30}$/;
const LABEL_VALUE = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/;

export const MOST_LABELS = 16;

export const hostName = z.string().regex(HOST_NAME);

export type Labels = Readonly<Record<string, string>>;

export const labels = z
  .record(z.string().regex(LABEL_NAME), z.string().regex(LABEL_VALUE))
  .refine((given) => Object.keys(given).length <= MOST_LABELS);
