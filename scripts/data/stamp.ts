/** Instants as the verbs of "tradar data" print them. */

export const stamp = (at: number): string => new Date(at).toISOString().replace('.000Z', 'Z');
