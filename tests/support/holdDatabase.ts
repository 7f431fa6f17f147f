// A hub's part that holds the database, as a process of its own: tests kill it. Arguments: folder, and `write` to fill a table.
import pg from 'pg'
import { startEmbedded } from '../../hub/embedded.ts'

const [folder = '', task] = process.argv.slice(2)
try {
  const database = await startEmbedded(folder)
  process.on('SIGTERM', () => void database.stop().then(() => process.exit(0)))
  console.log(JSON.stringify({ url: database.url }))
  if (task === 'write') {
    const client = new pg.Client({ connectionString: database.url })
    await client.connect()
    await client.query('CREATE TABLE IF NOT EXISTS acknowledged (number bigint PRIMARY KEY)')
    const { rows } = await client.query<{ last: number }>(
      'SELECT coalesce(max(number), 0)::int AS last FROM acknowledged',
    )
    for (let number = (rows[0]?.last ?? 0) + 1; ; number += 1) {
      await client.query('INSERT INTO acknowledged VALUES ($1)', [number])
      console.log(String(number))
    }
  }
  setInterval(() => undefined, 60_000)
} catch (fault) {
  console.log(JSON.stringify({ refused: fault instanceof Error ? fault.message : String(fault) }))
  process.exit(1)
}
