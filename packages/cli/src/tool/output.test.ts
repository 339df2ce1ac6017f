import { expect, test } from '@jest/globals'
import { tableText } from './output.ts'

const headings = ['Member', 'Partitions', 'Assignment']
const rows = [
  ['member-one', '2', 'orders.payments.eu-west:0,1,2,3,4,5,6,7'],
  ['two', '1', 'orders.payments.eu-west:8'],
]
const lines = async (columns?: number) => (await tableText(headings, rows, columns)).split('\n')
const widest = (text: readonly string[]) => Math.max(...text.map((line) => line.length))

test.each([undefined, 200, 69])('a table that fits %p columns has a line for each row', async (columns) => {
  const text = await lines(columns)
  expect(widest(text)).toBe(69)
  expect(text).toHaveLength(rows.length + 4)
})

test.each([68, 60, 40])(
  'in %p columns the longest cells go on in the next line, and lines part the rows',
  async (columns) => {
    const text = await lines(columns)
    expect(widest(text)).toBe(columns)
    expect(text.filter((line) => line.startsWith('├'))).toHaveLength(rows.length)
    const assignments = text.map((line) => line.split('│')[3]?.trim() ?? '').join('')
    expect(assignments).toBe(`Assignment${rows.map((row) => row[2]).join('')}`)
  },
)

test('where even narrow columns do not fit nothing is broken', async () => {
  expect(await lines(37)).toEqual(await lines())
})

test('colours take no room', async () => {
  const coloured = [['\u001B[33m12345678901234567890\u001B[39m']]
  expect(await tableText(['A'], coloured, 24)).toBe(await tableText(['A'], coloured))
})
