/** The certificates of a PEM file. */
import { X509Certificate } from 'node:crypto';

const BEGIN = '-----BEGIN CERTIFICATE-----';
const END = '-----END CERTIFICATE-----';

/** Returns them in their order. @throws when one cannot be read, or there is none. */
export const certificatesIn = (pem: string): readonly X509Certificate[] => {
  const found = pem
    .split(BEGIN)
    .slice(1)
    .map((each) => new X509Certificate(`${BEGIN}${each.split(END)[0] ?? ''}${END}`));
  if (found.length === 0) throw new Error('there is no certificate in it');
  return found;
};

/** Returns until when it counts, in milliseconds of Unix time. */
export const endOf = ({ validTo }: X509Certificate): number => Date.parse(validTo);
