import { errorByCode } from '@ottla/protocol'
import { ClassicScene } from './classic-scene.ts'
import type { Stage } from './error-table.ts'

interface Answer {
  readonly errorCode: number
  readonly members?: readonly { readonly errorCode?: number }[]
}

/** The state machine alone as a stage. */
export function sceneStage(): Stage {
  const scene = new ClassicScene()
  const answer = (_lines: readonly string[]): Promise<string> => {
    const reply = scene.run.replies.get(scene.lastTicket) as Answer | undefined
    return Promise.resolve(reply === undefined ? 'parked' : errorIn(reply))
  }
  return {
    join: (client, said) => answer(scene.join(client, said)),
    sync: (client, assigned, said) => answer(scene.sync(client, assigned, said)),
    heartbeat: (client, said) => answer(scene.heartbeat(client, said)),
    leave: (client, said) => answer(scene.leave(client, said)),
    firstRebalance: () => {
      while (scene.group?.state === 'PreparingRebalance') scene.advance(3000)
      return Promise.resolve()
    },
    state: () => Promise.resolve(scene.group?.state ?? 'Dead'),
  }
}

/** Of a leave it is the member's own. */
function errorIn(reply: Answer): string {
  const own = reply.members?.[0]?.errorCode
  return errorByCode(own ?? reply.errorCode).name
}
