import { expect, test } from '@jest/globals'
import { parseProperties } from './properties.ts'

test.each<[string, string, Record<string, string>]>([
  ['empty', '', {}],
  ['equals, colon, blank', 'a=1\nb:2\nc 3\n', { a: '1', b: '2', c: '3' }],
  ['blanks around the separator', 'a = 1\nb\t:\t2\n  c   3', { a: '1', b: '2', c: '3' }],
  [
    'only the first separator counts',
    'listeners=PLAINTEXT://:9092\nx==y\nz : = 1',
    { listeners: 'PLAINTEXT://:9092', x: '=y', z: '= 1' },
  ],
  ['blanks at the end belong to the value', 'a=1  ', { a: '1  ' }],
  ['comments and empty lines', '# c\n  ! d\n\n \t \na=1#not a comment\n', { a: '1#not a comment' }],
  ['a key without a value', 'a\nb=\nc:', { a: '', b: '', c: '' }],
  ['the last of a repeated key', 'a=1\na=2', { a: '2' }],
  ['Windows and old Mac line ends', 'a=1\r\nb=2\rc=3', { a: '1', b: '2', c: '3' }],
  ['continued lines lose the blanks at their start', 'a=1,\\\n   2,\\\n\t3\nb=4', { a: '1,2,3', b: '4' }],
  ['a comment line does not continue', '# x \\\na=1', { a: '1' }],
  ['a continued line may look like a comment', 'a=1\\\n#2', { a: '1#2' }],
  ['an even number of backslashes does not continue', 'a=1\\\\\nb=2', { a: '1\\', b: '2' }],
  ['an empty line can end a continued one', 'a=1\\\n\nb=2', { a: '1', b: '2' }],
  ['a backslash at the end of the text', 'a=1\\', { a: '1' }],
  ['escapes', 'a=\\t\\n\\r\\f\\u0041\\q\\"', { a: '\t\n\r\fAq"' }],
  ['escaped separators in the key', 'a\\=b\\:c\\ d=1', { 'a=b:c d': '1' }],
  ['Windows paths lose their backslashes, as in Java', 'log.dirs=C:\\data', { 'log.dirs': 'C:data' }],
  ['UTF-8', 'größe=ü→', { größe: 'ü→' }],
  ['a malformed \\u is the letter u', 'a=\\u12', { a: 'u12' }],
  ['keys like those of objects', '__proto__=1', JSON.parse('{"__proto__":"1"}') as Record<string, string>],
])('%s', (_name, text, expected) => {
  expect([...parseProperties(text)]).toEqual(Object.entries(expected))
})
