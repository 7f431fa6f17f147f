// @vitest-environment node
import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { describe, expect, it } from 'vitest'
import { buildSchemaFiles } from '../../scripts/makeSchemas'

describe('the schemas that editors complete with', () => {
  it.each(buildSchemaFiles().map(({ path, text }) => [basename(path), path, text] as const))(
    '%s is what the program reads with; otherwise run: npm run -s schemas',
    (_, path, text) => {
      expect(readFileSync(path, 'utf8')).toBe(text)
    },
  )
})
