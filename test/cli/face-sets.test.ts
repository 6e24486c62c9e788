import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { areFoldersPeople, readPairs, readPresentations } from '../../src/cli/face-sets.ts'

let home: string
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'panjereh-sets-'))
})
afterAll(() => rm(home, { recursive: true }))

async function file(name: string, text: string): Promise<string> {
  const path = join(home, name)
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, text)
  return path
}
const pairsOf = async (...lines: readonly string[]) =>
  readPairs(await file('pairs.csv', `${lines.join('\n')}\n`))

describe('a set of pairs', () => {
  it('has two pictures a line, and may have folds', async () => {
    expect(await pairsOf('image_a,image_b,same', 'x/1.jpg,x/2.jpg,1', 'x/1.jpg,y/1.jpg,0')).toEqual(
      [
        { a: 'x/1.jpg', b: 'x/2.jpg', isSame: true },
        { a: 'x/1.jpg', b: 'y/1.jpg', isSame: false },
      ],
    )
    expect(await pairsOf('image_a,image_b,same,fold', 'x/1.jpg,x/2.jpg,1,3')).toEqual([
      { a: 'x/1.jpg', b: 'x/2.jpg', isSame: true, fold: 3 },
    ])
  })

  it.each([
    ['another header', ['a,b,same', 'x,y,1'], 'line 1'],
    ['no pairs', ['image_a,image_b,same'], 'line 2'],
    ['another word', ['image_a,image_b,same', 'x,y,1', 'x,z,yes'], 'line 3'],
    ['a file above', ['image_a,image_b,same', '../x,y,1'], 'line 2'],
    ['a file elsewhere', ['image_a,image_b,same', 'x,/etc/passwd,1'], 'line 2'],
    ['one picture', ['image_a,image_b,same', 'x,,1'], 'line 2'],
    ['a fold without a number', ['image_a,image_b,same,fold', 'x,y,1,a'], 'line 2'],
  ])('is refused with %s', async (_name, lines, where) => {
    await expect(pairsOf(...lines)).rejects.toMatchObject({
      code: 'config_invalid',
      message: expect.stringContaining(where),
    })
  })

  it('knows whether each folder is a person', async () => {
    const header = 'image_a,image_b,same'
    expect(areFoldersPeople(await pairsOf(header, 'x/1,x/2,1', 'x/1,y/1,0'))).toBe(true)
    expect(areFoldersPeople(await pairsOf(header, 'x/1,y/2,1'))).toBe(false)
    expect(areFoldersPeople(await pairsOf(header, '1,2,0'))).toBe(false)
  })
})

describe('a set of presentations', () => {
  it('has bona fide ones and attacks by kind, a folder each', async () => {
    const names = [
      'bonafide/a/1.jpg',
      'attack_print/b/1.PNG',
      'attack_print/b/2.webp',
      'other/1.jpg',
    ]
    for (const name of [...names, 'bonafide/a/readme.txt']) await file(`pad/${name}`, '')
    expect(await readPresentations(join(home, 'pad'))).toEqual([
      {
        file: join(home, 'pad/attack_print/b/1.PNG'),
        presentation: 'attack_print/b',
        kind: 'print',
      },
      {
        file: join(home, 'pad/attack_print/b/2.webp'),
        presentation: 'attack_print/b',
        kind: 'print',
      },
      { file: join(home, 'pad/bonafide/a/1.jpg'), presentation: 'bonafide/a', kind: 'bonafide' },
    ])
  })

  it('is refused when one of the two is not there', async () => {
    await file('half/bonafide/a/1.jpg', '')
    for (const directory of ['half', 'nowhere']) {
      await expect(readPresentations(join(home, directory))).rejects.toMatchObject({
        code: 'config_invalid',
      })
    }
  })
})
