/** The compiler's view of a checkout: syntax trees, and whether a changed file still has the types that it needs. */
import { join } from 'node:path';
import type { SourceFile } from 'typescript/unstable/ast';
import { API, type Program } from 'typescript/unstable/sync';

export interface Compiler {
  source(file: string): SourceFile;
  /** Whether the file compiles with this text instead of its own. */
  accepts(file: string, text: string): boolean;
  close(): void;
}

export function openCompiler(folder: string): Compiler {
  let instead: { readonly file: string; readonly text: string } | undefined;
  const api = new API({ cwd: folder, fs: { readFile: (name) => (name === instead?.file ? instead.text : undefined) } });
  const config = join(folder, 'tsconfig.json');
  let snapshot = api.updateSnapshot({ openProjects: [config] });
  const program = (): Program => {
    const project = snapshot.getProject(config);
    if (project === undefined) throw new Error(`${config} is no project`);
    return project.program;
  };
  const show = (file: string): void => {
    const before = snapshot;
    snapshot = api.updateSnapshot({ fileChanges: { changed: [file] } });
    before.dispose();
  };
  return {
    source: (file) => {
      const source = program().getSourceFile(file);
      if (source === undefined) throw new Error(`${file} is not of the project`);
      return source;
    },
    accepts: (file, text) => {
      instead = { file, text };
      show(file);
      const complaints = program().getSyntacticDiagnostics(file).length + program().getSemanticDiagnostics(file).length;
      instead = undefined;
      show(file);
      return complaints === 0;
    },
    close: () => api.close(),
  };
}
