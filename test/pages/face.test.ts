import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import ts from 'typescript'
import { FACE_ERRORS, FACE_REASONS, FACE_STOPS } from '../../interactions/face/state.ts'
import { loadAssets } from '../../src/pages/assets.ts'
import { en } from '../../src/pages/text/en.ts'
import { fa } from '../../src/pages/text/fa.ts'
import { CARD_PROBLEMS } from '../../src/ports/card-reader.ts'
import { LIVENESS_FAILURES, LIVENESS_SAYS } from '../../src/ports/liveness-provider.ts'

const BROWSER = join(import.meta.dirname, '../../src/pages/browser')

describe('the words of level 3', () => {
  it.each([
    ['a movement', 'say', LIVENESS_SAYS],
    [
      'a card in front of the camera',
      'cardSay',
      [...CARD_PROBLEMS, 'hold_still', 'card_held', 'busy', 'done'],
    ],
    ['a card that was read', 'cardAgain', CARD_PROBLEMS],
    ['a stream that proved nothing', 'again', LIVENESS_FAILURES],
  ] as const)('has one in each language for each that is said of %s', (_, table, keys) => {
    for (const key of keys) {
      expect(fa.face[table][key]).toMatch(/[آ-ی]{2}/)
      expect(en.face[table][key]).toMatch(/[a-z]{2}/)
    }
  })

  it.each(FACE_REASONS)('tells what to change when it was %s', (reason) => {
    for (const { face } of [fa, en]) {
      expect(face.again[reason] ?? face.cardAgain[reason]).toMatch(/\S{2}/)
    }
  })

  it('tells each reason in words of its own', () => {
    for (const { face } of [fa, en]) {
      const told = [...Object.values(face.again), ...Object.values(face.cardAgain)]
      expect(new Set(told).size).toBe(told.length)
    }
  })

  it.each(FACE_STOPS)('tells what to do when it stops for %s', (why) => {
    for (const { face } of [fa, en]) {
      expect(face.stops[why].title).toMatch(/\S{2}/)
      expect(face.stops[why].text).toMatch(/\S{2}/)
    }
  })

  it.each(FACE_ERRORS)('says %s', (error) => {
    expect(fa.error[error]).toMatch(/[آ-ی]{2}/)
    expect(en.error[error]).toMatch(/[a-z]{2}/)
  })

  it('speaks of light and place, never of what somebody looks like', () => {
    const { say, cardSay, again } = en.face
    const told = JSON.stringify([say, cardSay, again])
    expect(told).not.toMatch(/skin|hair|beard|scarf|hijab|make-?up|ugly|\bold\b/i)
  })
})

/** Syntax that browsers of 2018 do not read: ECMAScript 2020 and later. */
const NEW: readonly ts.SyntaxKind[] = [
  ts.SyntaxKind.QuestionDotToken,
  ts.SyntaxKind.QuestionQuestionToken,
  ts.SyntaxKind.QuestionQuestionEqualsToken,
  ts.SyntaxKind.BarBarEqualsToken,
  ts.SyntaxKind.AmpersandAmpersandEqualsToken,
  ts.SyntaxKind.PrivateIdentifier,
  ts.SyntaxKind.PropertyDeclaration,
  ts.SyntaxKind.BigIntLiteral,
]

describe('the scripts of the camera', () => {
  const names = readdirSync(BROWSER).filter((name) => name !== 'page.ts')

  it.each(names)('%s is read by old phones', (name) => {
    const source = readFileSync(join(BROWSER, name), 'utf8')
    const file = ts.createSourceFile(name, source, ts.ScriptTarget.Latest)
    const found: string[] = []
    const look = (node: ts.Node): void => {
      if (NEW.includes(node.kind)) found.push(node.getText(file) || ts.SyntaxKind[node.kind])
      node.getChildren(file).forEach(look)
    }
    look(file)
    expect(found).toEqual([])
  })

  it('import each other by the names under which they are served', () => {
    const assets = loadAssets()
    for (const name of names) {
      const body = assets.get(assets.url(name.replace('.ts', '.js')))?.body.toString() ?? ''
      expect(body).not.toMatch(/from '\.\//)
      for (const [, url = ''] of body.matchAll(/from '([^']+)'/g)) {
        expect(assets.get(url)?.type).toContain('text/javascript')
      }
    }
  })
})
