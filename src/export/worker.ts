import { Problem } from '#core/problems'
import type { FileAnswer, FileSource, FileTask, OfficeBytes, ReportBytes } from './fileTask.ts'
import type { FontMap, FontSource } from './fonts.ts'
import type { OfficeFile } from './makeTables.ts'

const folder = `${import.meta.env.BASE_URL}fonts/`

async function fetchFont(file: string): Promise<Response> {
  const response = await fetch(folder + file).catch(() => undefined)
  if (response?.ok !== true) throw new Problem('export.noFonts')
  return response
}

let map: Promise<FontMap> | undefined
const fonts: FontSource = {
  async readMap() {
    map ??= fetchFont('fonts.json').then((response) => response.json() as Promise<FontMap>)
    // A failed attempt must not stand in the way of the next one.
    map.catch(() => (map = undefined))
    return map
  },
  readFont: async (file) => new Uint8Array(await (await fetchFont(file)).arrayBuffer()),
}

async function makeOfficeFile(
  { kind, source, pngs }: FileTask & { family: 'office' },
  tell: (step: string) => void,
): Promise<OfficeBytes> {
  const { buildOfficeFile } = await import('./officeFile.ts')
  return buildOfficeFile({ kind, source: JSON.parse(source) } as OfficeFile, pngs, tell)
}

async function makeReportFile(
  { kind, source: json, pngs }: FileTask & { family: 'report' },
  tell: (step: string) => void,
): Promise<ReportBytes> {
  const source = JSON.parse(json) as FileSource
  const { report, charts, madeOn } = source
  const onStep = (step: 'set' | 'check'): void => tell(step === 'set' ? '排版…' : '核对…')
  const whole = (bytes: Uint8Array): ReportBytes => ({ bytes, missing: [] })
  switch (kind) {
    case 'pdf': {
      tell('准备字体…')
      const [{ buildPdf }, { outlineReport }] = await Promise.all([import('./pdf.ts'), import('./outlineReport.ts')])
      return buildPdf(outlineReport(report, charts), madeOn, fonts, onStep)
    }
    case 'onePage': {
      tell('准备字体…')
      const { buildOnePage } = await import('./onePage.ts')
      return buildOnePage(report, charts, madeOn, fonts, onStep)
    }
    case 'docx': {
      tell('排版…')
      const [{ buildDocx }, { outlineReport }] = await Promise.all([import('./docx.ts'), import('./outlineReport.ts')])
      return whole(await buildDocx(outlineReport(report, charts), pngs, madeOn))
    }
    case 'xlsx': {
      tell('写入表格…')
      const { buildWorkbook } = await import('./xlsx.ts')
      return whole(await buildWorkbook(source))
    }
    case 'csv': {
      tell('写入表格…')
      const { buildCsv } = await import('./csv.ts')
      return whole(buildCsv(source))
    }
  }
}

self.onmessage = async ({ data }: MessageEvent<FileTask>): Promise<void> => {
  const answer = (message: FileAnswer): void => self.postMessage(message)
  try {
    const tell = (step: string): void => answer({ step })
    answer({ made: data.family === 'office' ? await makeOfficeFile(data, tell) : await makeReportFile(data, tell) })
  } catch (fault) {
    if (fault instanceof Problem) answer({ faults: fault.faults })
    else answer({ failure: fault instanceof Error ? (fault.stack ?? fault.message) : String(fault) })
  }
}
