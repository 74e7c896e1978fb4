import { UNKNOWN_KIND, type DoctorKind } from './doctor-kind.ts';
import { HERMES_DOCTOR } from './hermes/doctor.ts';
import type { KindName } from './names.ts';
import { openClawDoctor } from './openclaw/doctor.ts';

export const doctorKindOf = (kind: KindName, home: string): DoctorKind => {
  switch (kind) {
    case 'hermes':
      return HERMES_DOCTOR;
    case 'openclaw':
      return openClawDoctor(home);
    case 'generic':
      return UNKNOWN_KIND;
  }
};
