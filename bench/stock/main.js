// The same items on one stock SurveyJS page: each a radio group of the values of its scale, in SurveyJS's own clothes.
import { Model } from 'survey-core'
import 'survey-core/survey-core.css'
import { SurveyComponent } from 'survey-vue3-ui'
import { createApp, h } from 'vue'
import survey from '../../questionnaires/guangxi-2024/survey.json'

const indicators = survey.pages.flatMap(({ elements }) => elements).filter((element) => 'why' in element)
const elements = indicators.map(({ name, title, ask, levels }) => ({
  type: 'radiogroup',
  name: name.replace('.', '_'),
  title,
  description: ask,
  choices: [
    { value: 0, text: '尚未开展' },
    ...levels.flatMap((phrase, at) => [
      { value: at + 0.5, text: `${at + 1} 级部分达成：${phrase}` },
      { value: at + 1, text: `${at + 1} 级基本达成：${phrase}` },
    ]),
  ],
}))
createApp({ render: () => h(SurveyComponent, { model: new Model({ elements, showNavigationButtons: false }) }) }).mount(
  '#app',
)
