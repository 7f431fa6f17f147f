import { type InjectionKey } from 'vue'
import { type Edition } from '#core/diagnosis/edition'

/** What every indicator question on a page needs to know about where it stands. */
export interface Questionnaire {
  readonly edition: Edition
  readonly productionType: string | undefined
}

export const questionnaireKey: InjectionKey<Questionnaire> = Symbol('questionnaire')
