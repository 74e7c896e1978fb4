import { ApiError, type Body } from './http.ts';

/** What an app uploads. @throws ApiError when it is no form. */
export const formOf = async ({ raw, contentType }: Body): Promise<FormData> => {
  try {
    return await new Response(new Uint8Array(raw), { headers: { 'content-type': contentType } }).formData();
  } catch {
    throw new ApiError(234001, 'Invalid request param.');
  }
};
