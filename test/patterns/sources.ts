/** The sources whose patterns meet what others write. The sandbox plays the others. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

export const ROOT = join(import.meta.dirname, '../..');

export const FILES = ['src', 'commands']
  .flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((name) => `${folder}/${name}`),
  )
  .filter((name) => name.endsWith('.ts'))
  .sort();

export interface Literal {
  readonly file: string;
  readonly line: number;
  /** `/source/flags` */
  readonly pattern: string;
}

/** A pattern that is put together while the program runs. */
export interface Construction {
  readonly file: string;
  readonly line: number;
  /** The words between the parentheses, without line ends. */
  readonly words: string;
}

export const patternsOf = (
  file: string,
  text: string,
): { readonly literals: readonly Literal[]; readonly constructions: readonly Construction[] } => {
  const literals: Literal[] = [];
  const constructions: Construction[] = [];
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const lineOf = (node: ts.Node): number => source.getLineAndCharacterOfPosition(node.getStart()).line + 1;
  const visit = (node: ts.Node): void => {
    if (ts.isRegularExpressionLiteral(node)) literals.push({ file, line: lineOf(node), pattern: node.text });
    if ((ts.isNewExpression(node) || ts.isCallExpression(node)) && node.expression.getText() === 'RegExp') {
      constructions.push({
        file,
        line: lineOf(node),
        words: (node.arguments ?? []).map((argument) => argument.getText().replaceAll(/\s+/g, ' ')).join(', '),
      });
    }
    node.forEachChild(visit);
  };
  visit(source);
  return { literals, constructions };
};

export const readSources = (): ReturnType<typeof patternsOf> => {
  const all = FILES.map((file) => patternsOf(file, readFileSync(join(ROOT, file), 'utf8')));
  return {
    literals: all.flatMap(({ literals }) => literals),
    constructions: all.flatMap(({ constructions }) => constructions),
  };
};
