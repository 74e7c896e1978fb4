/**
 * Words of operating systems and libraries for a network that is in the way: of Linux, macOS and Windows, of Python's
 * and Node's own (issue #19 of this project, class 3).
 */
const NAMES =
  /Name or service not known|nodename nor servname|getaddrinfo|name resolution|Name resolution|ENOTFOUND|EAI_AGAIN|No address associated|No such host is known/i;
const ROUTES =
  /Network is (?:unreachable|down)|No route to host|Host is (?:down|unreachable)|ENETUNREACH|EHOSTUNREACH|ENETDOWN|network name is no longer available|network location cannot be reached|unreachable (?:network|host)|Cannot assign requested address|EADDRNOTAVAIL/i;
const REFUSALS =
  /Connection (?:refused|reset|aborted)|ECONNREFUSED|ECONNRESET|ECONNABORTED|EPIPE|Broken pipe|actively refused|forcibly closed|connected party did not properly respond|Connect call failed|Cannot connect to host|All connection attempts failed|Client network socket disconnected|socket hang up|Server disconnected|fetch failed|Network error/i;
const TIMES = /timed? ?out|ETIMEDOUT|semaphore timeout/i;
const LAYERS =
  /SSL handshake|EOF occurred in violation of protocol|UNEXPECTED_EOF|secure TLS connection|\bProxy|\b(?:Client)?Connect(?:or|ion)?Error\b|\bClientOSError\b|\b(?:Read|Write|RemoteProtocol|Network)Error\b/i;
/** The numbers that Python puts before them: `[Errno 8]` and its like, whose words are in the system's language. */
const NUMBERS =
  /\[Errno (?:-[2357]|8|5[0145]|6[0145]|10[1-4]|11[0-3]|1100[1-4])\]|\[WinError (?:59|64|121|123[126]|100[56]\d)\]/;

const ALL: readonly RegExp[] = [NAMES, ROUTES, REFUSALS, TIMES, LAYERS, NUMBERS];

/** Whether a failed try's words say that the platform could not be reached at all. */
export const isNetworkFailure = (error: string): boolean => ALL.some((words) => words.test(error));
