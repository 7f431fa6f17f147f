import { toJsonSchema } from '@valibot/to-json-schema'
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { AdviceFile, ScoringFile, SurveyFile } from '#core/diagnosis/editionFile'
import { ExamplesFile } from '#core/diagnosis/examples'
import { ReferencesFile } from '#core/diagnosis/rates'

const SCHEMAS = {
  scoring: ScoringFile,
  survey: SurveyFile,
  advice: AdviceFile,
  examples: ExamplesFile,
  references: ReferencesFile,
}

/**
 * 问卷文件的结构 — for each file of an edition a JSON Schema, by path, so that an editor completes and checks while the author
 * writes. Made from the schemas that the program reads with; what JSON Schema cannot say is left to `lint`.
 */
export function buildSchemaFiles(): readonly { readonly path: string; readonly text: string }[] {
  return Object.entries(SCHEMAS).map(([name, schema]) => ({
    path: fileURLToPath(new URL(`../questionnaires/${name}.schema.json`, import.meta.url)),
    text: `${JSON.stringify(toJsonSchema(schema, { errorMode: 'ignore', typeMode: 'input' }), null, 2)}\n`,
  }))
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const { path, text } of buildSchemaFiles()) writeFileSync(path, text)
}
