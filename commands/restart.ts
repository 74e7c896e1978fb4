/**
 * `/restart`: restarts a gateway, or starts it when it is down, and proves that it came back. `dry` only says how. Who
 * may ask for it stands in `shared/treat.ts`, with `/start` and `/stop`.
 */
import { treatmentCommand } from './shared/treat.ts';

export const restart = treatmentCommand('restart', ['重启']);
