import { parseJson } from '#core/json'
import { readKind } from '#core/ourFile'
import { readSecretFile, refuseShortPassphrase, type SecretFile } from '#core/oversight/secretFile'
import { Problem } from '#core/problems'
// Types only: the worker's own lines must not run here.
import type { CipherAnswer, CipherTask } from './cipherWorker'

/**
 * 加密文件 — another file of ours under a passphrase. The key takes about half a second and is made in a worker, so the page
 * stays alive. The passphrase is kept nowhere. Refuses a short one.
 */
export async function sealWithPassphrase(value: unknown, passphrase: string): Promise<SecretFile> {
  refuseShortPassphrase(passphrase)
  return (await run({ act: 'encrypt', text: JSON.stringify(value), passphrase })) as SecretFile
}

/**
 * 打开加密文件 — plain value to the value inside. Refuses 'secret.wrongPassphrase', which is also what a damaged file looks
 * like, and an encrypted file inside another one.
 */
export async function openWithPassphrase(value: unknown, passphrase: string): Promise<unknown> {
  const text = (await run({ act: 'decrypt', file: readSecretFile(value), passphrase })) as string | undefined
  if (text === undefined) throw new Problem('secret.wrongPassphrase')
  const inside = parseJson(text)
  if (readKind(inside, Number.MAX_SAFE_INTEGER) === 'shidang-secret') {
    throw new Problem('file.wrongKind', { found: '加密文件里的加密文件', wanted: '草稿、报送包或备份' })
  }
  return inside
}

async function run(task: CipherTask): Promise<SecretFile | string | undefined> {
  if (typeof Worker === 'undefined') {
    const { decryptText, encryptText } = await import('./cipher')
    return task.act === 'encrypt' ? encryptText(task.text, task.passphrase) : decryptText(task.file, task.passphrase)
  }
  const worker = new Worker(new URL('./cipherWorker.ts', import.meta.url), { type: 'module' })
  try {
    const answer = await new Promise<CipherAnswer>((resolve) => {
      worker.onmessage = ({ data }: MessageEvent<CipherAnswer>) => resolve(data)
      worker.onerror = ({ message }) => resolve({ fault: message || '后台计算没有启动' })
      worker.postMessage(task)
    })
    if ('fault' in answer) throw new Problem('secret.failed', { reason: answer.fault })
    return answer.result
  } finally {
    worker.terminate()
  }
}
