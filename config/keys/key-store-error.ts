/** What is wrong with stored keys, and what to do; never with a word of what is secret. */

export class KeyStoreError extends Error {
  readonly code: string;
  readonly hint: string;

  constructor({ code, message, hint }: { readonly code: string; readonly message: string; readonly hint: string }) {
    super(message);
    this.name = 'KeyStoreError';
    this.code = code;
    this.hint = hint;
  }
}
