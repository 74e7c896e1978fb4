/** Files that apps have uploaded, to be sent as messages (the documents of `im/v1/files`). */
import { ApiError, badParameter, type Body } from './http.ts';
import { formOf } from './form.ts';
import { newId } from './ids.ts';

export interface StoredFile {
  readonly appId: string;
  readonly type: FileType;
  readonly name: string;
  readonly text: string;
}

export interface Files {
  /** @throws ApiError for what the platform would not take. */
  upload(appId: string, body: Body): Promise<{ readonly file_key: string }>;
  /** The file that a message of this type sends. @throws ApiError when it cannot be sent so. */
  sent(appId: string, key: unknown, messageType: string): StoredFile;
}

const MAX_BYTES = 30 * 1024 * 1024;
const TYPES = ['opus', 'mp4', 'pdf', 'doc', 'xls', 'ppt', 'stream'] as const;
type FileType = (typeof TYPES)[number];

/** As what a file is sent. */
const messageTypeOf = (type: FileType): string => {
  if (type === 'opus') return 'audio';
  return type === 'mp4' ? 'media' : 'file';
};

export const createFiles = (): Files => {
  const files = new Map<string, StoredFile>();
  return {
    upload: async (appId, body) => {
      const form = await formOf(body);
      const [name, file] = [form.get('file_name'), form.get('file')];
      const type = TYPES.find((known) => known === form.get('file_type'));
      if (!type || typeof name !== 'string' || name === '' || !(file instanceof Blob))
        throw new ApiError(234001, 'Invalid request param.');
      if (file.size === 0) throw new ApiError(234010, "File's size can't be 0.");
      if (file.size > MAX_BYTES) throw new ApiError(234006, 'The file size exceed the max value.');
      const key = newId('file_v3_');
      files.set(key, { appId, type, name, text: await file.text() });
      return { file_key: key };
    },
    sent: (appId, key, messageType) => {
      const file = typeof key === 'string' ? files.get(key) : undefined;
      if (file?.appId !== appId) throw badParameter('invalid file_key');
      if (messageTypeOf(file.type) !== messageType)
        throw new ApiError(230055, 'The type of file upload does not match the type of message being sent.');
      return file;
    },
  };
};
