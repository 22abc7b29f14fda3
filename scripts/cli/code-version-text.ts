/**
 * The version of this code in one line: "0.1.0 (commit 1a2b3c4d5e6f)", and in what files differ from the commit: what was armed, replayed or
 * drilled was these very files.
 */
import { codeVersion, nameOfChanges } from './code-version.ts';

const COMMIT_DIGITS = 12;
const CHANGES_DIGITS = 8;

export function codeVersionText(): string {
  const { version, commit, changed } = codeVersion();
  if (commit === null) return version;
  return `${version} (commit ${commit.slice(0, COMMIT_DIGITS)}${changed === true ? `, changed: ${nameOfChanges().slice(0, CHANGES_DIGITS)}` : ''})`;
}
