/** Who a token belongs to, and the file of the home that holds it. */

/** `operator` may do everything; `viewer` may look, and engage the kill switch: stopping is for everybody, going on is not. */
export const ROLES = ['operator', 'viewer'] as const;

export type Role = (typeof ROLES)[number];

export const TOKEN_FILES: Readonly<Record<Role, string>> = { operator: 'token', viewer: 'viewer-token' };
