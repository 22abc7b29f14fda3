/** Texts from outside (a kill reason, a broker's answer) must not steer the terminal: control characters become spaces. */

const STEERING = /(?!\n)[\p{Cc}\p{Bidi_Control}\u2028\u2029]+/gu;

/** Lines stay lines. */
export const printable = (text: string): string => text.replace(STEERING, ' ');

/** For what comes from outside and stands within a line. */
export const oneLine = (text: string): string => printable(text).replace(/\n+/g, ' ');
