/** What the operator asked for is not possible now; the hint says what to do. */
export class DeskRefusal extends Error {
  readonly hint: string;

  constructor({ message, hint }: { readonly message: string; readonly hint: string }) {
    super(message);
    this.name = 'DeskRefusal';
    this.hint = hint;
  }
}
