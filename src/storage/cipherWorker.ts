import { type SecretFile } from '#core/oversight/secretFile'
import { decryptText, encryptText } from './cipher'

/** What the worker is asked for: one thing, then it ends. */
export type CipherTask =
  | { readonly act: 'encrypt'; readonly text: string; readonly passphrase: string }
  | { readonly act: 'decrypt'; readonly file: SecretFile; readonly passphrase: string }
export type CipherAnswer = { readonly result: SecretFile | string | undefined } | { readonly fault: string }

self.onmessage = ({ data }: MessageEvent<CipherTask>): void => {
  let answer: CipherAnswer
  try {
    answer = {
      result:
        data.act === 'encrypt' ? encryptText(data.text, data.passphrase) : decryptText(data.file, data.passphrase),
    }
  } catch (fault) {
    answer = { fault: fault instanceof Error ? fault.message : String(fault) }
  }
  self.postMessage(answer)
}
