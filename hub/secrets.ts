import {
  createHmac,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  randomBytes,
  sign,
  type KeyObject,
} from 'node:crypto'
import { makeId } from './ids.ts'
import type { Database } from './database.ts'

/** 汇总端的身份和密钥 — made at the first start, kept in the database, so that two hubs on one database are one. */
export interface Secrets {
  readonly hub: string
  readonly keyName: string
  readonly publicKey: string
  /** Ed25519 over a digest (hex), as hex. */
  readonly sign: (digest: string) => string
  /** 报送码 — the code of a firm's n-th issue, the same whenever it is asked for: so the roster can be exported again. */
  readonly makeJoinCode: (enterprise: string, generation: number) => string
}

/** Without 0 O 1 I L: read out by telephone. 8 of 31 characters are 39 bits, against five tries in a quarter of an hour. */
const CODE_LETTERS = '23456789ABCDEFGHJKMNPQRSTUVWXYZ'
const CODE_LENGTH = 8

/** 读取密钥 — from the settings table, or made when this is the first hub on the database. */
export async function readSecrets(database: Database): Promise<Secrets> {
  const { hub, receiptKey, codeKey } = await database.asHub(async (db) => {
    const keep = async (name: string, make: () => string): Promise<string> => {
      await db
        .insertInto('hub.setting')
        .values({ name, value: make() })
        .onConflict((conflict) => conflict.column('name').doNothing())
        .execute()
      const row = await db.selectFrom('hub.setting').select('value').where('name', '=', name).executeTakeFirstOrThrow()
      return row.value
    }
    return {
      hub: await keep('hub', () => makeId()),
      receiptKey: await keep('receiptKey', () =>
        generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
      ),
      codeKey: await keep('codeKey', () => randomBytes(32).toString('hex')),
    }
  })
  const privateKey = createPrivateKey(receiptKey)
  const publicKey = readPublicHex(createPublicKey(privateKey))
  return {
    hub,
    keyName: publicKey.slice(0, 16),
    publicKey,
    sign: (digest) => sign(null, Buffer.from(digest, 'hex'), privateKey).toString('hex'),
    makeJoinCode: (enterprise, generation) => {
      const bytes = createHmac('sha256', Buffer.from(codeKey, 'hex')).update(`${enterprise} ${generation}`).digest()
      return Array.from(bytes.subarray(0, CODE_LENGTH), (byte) => CODE_LETTERS.charAt(byte % CODE_LETTERS.length)).join(
        '',
      )
    },
  }
}

/** The last 32 bytes of the DER form are the key itself. */
function readPublicHex(key: KeyObject): string {
  return key.export({ format: 'der', type: 'spki' }).subarray(-32).toString('hex')
}
