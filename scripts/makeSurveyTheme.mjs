// Writes src/survey/theme.css: SurveyJS keeps its design tokens in script and injects them as <style>, which the strict
// policy forbids, and some of them use relative colours, which old Chromium does not know. So they are resolved here once.
// Run it again after an update of survey-core: node scripts/makeSurveyTheme.mjs
import { BaseTheme, createBoxShadowReset } from 'survey-core'
import { writeFileSync } from 'node:fs'

const tokens = {
  ...BaseTheme.cssVariables,
  '--sjs2-color-project-brand-600': '#0f52ba',
  '--sjs2-color-utility-surface-survey': 'transparent',
  '--sjs2-base-unit-radius': '4px',
  '--sjs2-typography-font-family-text': 'inherit',
}

/** Replaces var(--x) by the value of x, through any number of steps. */
function resolve(value, depth = 0) {
  if (depth > 30) return value
  return value.replace(/var\((--[\w-]+)(?:\s*,\s*([^()]+))?\)/g, (whole, name, fallback) =>
    name in tokens ? resolve(tokens[name], depth + 1) : (fallback ?? whole),
  )
}

function fromHex(text) {
  const digits = text.slice(1).length === 3 ? [...text.slice(1)].map((digit) => digit + digit).join('') : text.slice(1)
  const part = (at) => parseInt(digits.slice(at, at + 2), 16)
  return [part(0), part(2), part(4), digits.length === 8 ? part(6) / 255 : 1]
}

function scaleLightness([red, green, blue], factor) {
  const [r, g, b] = [red / 255, green / 255, blue / 255]
  const most = Math.max(r, g, b)
  const least = Math.min(r, g, b)
  const range = most - least
  const lightness = (most + least) / 2
  const saturation = range === 0 ? 0 : lightness > 0.5 ? range / (2 - most - least) : range / (most + least)
  const turn =
    range === 0
      ? 0
      : most === r
        ? (g - b) / range + (g < b ? 6 : 0)
        : most === g
          ? (b - r) / range + 2
          : (r - g) / range + 4
  const scaled = Math.min(1, lightness * factor)
  const channel = (n) => {
    const k = (n + turn * 2) % 12
    return Math.round(
      255 * (scaled - saturation * Math.min(scaled, 1 - scaled) * Math.max(-1, Math.min(k - 3, 9 - k, 1))),
    )
  }
  return [channel(0), channel(8), channel(4), 1]
}

function share(text) {
  const plain = text.replace(/\s+/g, '')
  const product = plain.match(/^calc\(([\d.]+)%\*([\d.]+)\)$/)
  if (product) return (product[1] * product[2]) / 100
  return plain.endsWith('%') ? parseFloat(plain) / 100 : parseFloat(plain)
}

function colour(text) {
  const value = text.trim()
  if (value.startsWith('#')) return fromHex(value)
  const plain = value.match(/^rgba?\(\s*(\d+)\s*,\s*(\d+)\s*,\s*(\d+)(?:\s*,\s*([\d.]+))?\s*\)$/)
  if (plain) return [+plain[1], +plain[2], +plain[3], plain[4] === undefined ? 1 : +plain[4]]
  const lighter = value.match(/^hsl\(from (.+) h s calc\(l \* ([\d.]+)\)\)$/)
  if (lighter) return scaleLightness(colour(lighter[1]), +lighter[2])
  const clear = value.match(/^rgba\(from (.+) r g b \/ (.+)\)$/)
  if (clear) return [...colour(clear[1]).slice(0, 3), share(clear[2])]
  throw new Error(`cannot resolve ${value}`)
}

for (const [name, value] of Object.entries(tokens)) {
  if (!value.includes('from ')) continue
  const [red, green, blue, alpha] = colour(resolve(value))
  tokens[name] =
    alpha === 1 ? `rgb(${red}, ${green}, ${blue})` : `rgba(${red}, ${green}, ${blue}, ${+alpha.toFixed(4)})`
}
for (const effect of ['surface-default', 'surface-focused', 'component-formbox-default', 'component-formbox-focused']) {
  const name = `--sjs2-border-effect-${effect}`
  tokens[`${name}-reset`] = createBoxShadowReset(resolve(tokens[name]))
}
const lines = Object.entries(tokens).map(([name, value]) => `  ${name}: ${value};`)
writeFileSync(
  'src/survey/theme.css',
  `/* Made by scripts/makeSurveyTheme.mjs. */\n.sd-theme-root {\n${lines.join('\n')}\n}\n`,
)
