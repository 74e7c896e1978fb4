/** `/stop`: stops a gateway; it stays down until somebody starts it. */
import { treatmentCommand } from './shared/treat.ts';

export const stop = treatmentCommand('stop', ['停止']);
