/** Images that apps have uploaded. */
import { formOf } from './form.ts';
import { ApiError, type Body } from './http.ts';
import { newId } from './ids.ts';

export interface Images {
  /** @throws ApiError for what the platform would not take. */
  upload(body: Body): Promise<{ readonly image_key: string }>;
  has(key: string): boolean;
}

const MAX_BYTES = 10 * 1024 * 1024;
const MAX_GIF_SIDE = 2_000;
const MAX_SIDE = 12_000;

interface Picture {
  readonly format: 'png' | 'gif' | 'jpeg';
  readonly width: number;
  readonly height: number;
}

/** Width and height stand in the frame header, behind segments that say how long they are. */
const jpegSize = (bytes: Buffer): { readonly width: number; readonly height: number } => {
  for (let at = 2; at + 9 < bytes.length; at += 2 + bytes.readUInt16BE(at + 2)) {
    const marker = bytes[at + 1] ?? 0;
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) return { height: bytes.readUInt16BE(at + 5), width: bytes.readUInt16BE(at + 7) };
  }
  return { width: 0, height: 0 };
};

/** Of the formats that a bot is likely to send. */
const pictureOf = (bytes: Buffer): Picture | null => {
  if (bytes.subarray(0, 8).toString('hex') === '89504e470d0a1a0a' && bytes.length >= 24)
    return { format: 'png', width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) };
  if (/^GIF8[79]a/.test(bytes.subarray(0, 6).toString('latin1')) && bytes.length >= 10)
    return { format: 'gif', width: bytes.readUInt16LE(6), height: bytes.readUInt16LE(8) };
  if (bytes.subarray(0, 3).toString('hex') === 'ffd8ff') return { format: 'jpeg', ...jpegSize(bytes) };
  return null;
};

export const createImages = (): Images => {
  const keys = new Set<string>();
  return {
    has: (key) => keys.has(key),
    upload: async (body) => {
      const form = await formOf(body);
      const [type, file] = [form.get('image_type'), form.get('image')];
      if ((type !== 'message' && type !== 'avatar') || !(file instanceof Blob))
        throw new ApiError(234001, 'Invalid request param.');
      if (file.size === 0) throw new ApiError(234010, "File's size can't be 0.");
      if (file.size > MAX_BYTES) throw new ApiError(234006, 'The file size exceed the max value.');
      const picture = pictureOf(Buffer.from(await file.arrayBuffer()));
      // In the platform's own spelling.
      if (!picture) throw new ApiError(234011, "Can't regonnize the image format.");
      const side = picture.format === 'gif' ? MAX_GIF_SIDE : MAX_SIDE;
      if (picture.width > side || picture.height > side) throw new ApiError(234039, 'Image resolution exceeds limit.');
      const key = newId('img_v3_');
      keys.add(key);
      return { image_key: key };
    },
  };
};
