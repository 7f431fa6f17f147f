/** Own choice: a week of work is the most that a broken disk may take without a warning. */
export const BACKUP_DAYS = 7
const DAY = 86_400_000

/** What is known of one sheet's last way into a file. */
export interface SheetExport {
  readonly startedAt: string
  /** When it last went into a file, if ever. */
  readonly exportedAt?: string | undefined
  /** Whether something was answered since. */
  readonly isChanged: boolean
}

/** 备份灯 — how well the sheets of this device are kept outside of it. */
export interface BackupLight {
  readonly light: 'none' | 'green' | 'amber' | 'red'
  /** Sheets with answers that are in no file. */
  readonly unsaved: number
  /** The last time anything went into a file. */
  readonly lastAt: string | undefined
}

/**
 * 备份灯 — green: everything is in a file not older than 7 days. Amber: something changed since, or the files are older.
 * Red: changed answers of a sheet are in no file and 7 days have passed since its last one (or since it was begun).
 */
export function judgeBackup(sheets: readonly SheetExport[], now: string): BackupLight {
  const isOld = (moment: string): boolean => Date.parse(now) - Date.parse(moment) >= BACKUP_DAYS * DAY
  const changed = sheets.filter(({ isChanged }) => isChanged)
  const moments = sheets.flatMap(({ exportedAt }) => exportedAt ?? []).sort()
  const lastAt = moments[moments.length - 1]
  const light =
    sheets.length === 0
      ? 'none'
      : changed.some(({ exportedAt, startedAt }) => isOld(exportedAt ?? startedAt))
        ? 'red'
        : changed.length > 0 || lastAt === undefined || isOld(lastAt)
          ? 'amber'
          : 'green'
  return { light, unsaved: changed.length, lastAt }
}
