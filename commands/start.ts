/** `/start`: starts a gateway that is down, and proves that it came up. */
import { treatmentCommand } from './shared/treat.ts';

export const start = treatmentCommand('start', ['启动']);
