import { registerNative } from '../codecs.ts'
import { portableCodecs } from './codecs.ts'
import { portableCrc32c } from './crc32c.ts'

registerNative({ codecs: portableCodecs, crc32c: portableCrc32c })

export { portableCodecs, portableCrc32c }
