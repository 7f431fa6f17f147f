import { defineStore } from 'pinia'
import { computed, onScopeDispose, shallowRef } from 'vue'
import type { AnswerOf, Hub, Session } from '#core/oversight/api'
import { type Enterprise } from '#core/oversight/enterprise'
import { Problem } from '#core/problems'
import { callHub, findHub, HubRefusal, onHubNews } from '#storage/hub'
import { keepCopyOnlyFor, wipeCopy } from '#storage/hubCopy'
import { expectsHub } from '#storage/hubMark'
import { readKnown, saveKnown } from '#storage/outbox'

/** Clocks and slow lines: a session that is gone earlier than this before its time was taken away, not run out. */
const MARGIN_MS = 120_000

/**
 * 汇总端 — the hub of this site and who is signed in. Without a network the last known of both serves, until the session's
 * own end; nothing of it is asked on a site without a hub.
 */
export const useHubStore = defineStore('hub', () => {
  const hub = shallowRef<Hub>()
  const session = shallowRef<Session>()
  /** Known well enough to show something: the first look is over, or the last known session serves meanwhile. */
  const isChecked = shallowRef(false)
  const isOnline = shallowRef(false)
  /** Why there is a hub and yet no talking with it. */
  const problem = shallowRef<Problem>()
  /** The signed-in firm's own row of the roster, as the hub sees it. */
  const own = shallowRef<Enterprise>()

  const role = computed(() => session.value?.account.role)
  /** 先做的一步 — what the hub wants before it serves anything else. */
  const firstStep = computed(() => {
    if (session.value?.mustChangePassword === true) return 'password' as const
    return session.value?.mustEnrolSecondFactor === true ? ('secondFactor' as const) : undefined
  })
  const isStaff = computed(() => role.value !== undefined && role.value !== 'enterprise')

  /** 服务器时间减本机时间, ms: a wrong clock of this computer moves no deadline. */
  const skew = shallowRef(0)

  /**
   * 登录怎样结束的 — of a session that ended by itself: run out of time, or taken away before it. Undefined while somebody is
   * signed in, after 退出, and where nobody was.
   */
  const ended = shallowRef<'runOut' | 'takenAway'>()

  /** When the hub last served the session: what tells running out from being taken away. */
  let servedAt = 0
  /** A session kept from last time whose end has come by this clock: shown to nobody, but the hub may still know it. */
  let isDoubtful = false
  /** Counts who is or is not signed in here: an answer that was asked for in another turn tells of a session that is over. */
  let turn = 0
  let isRecalled = false
  let isStarted = false
  let finding: Promise<void> | undefined

  /** Looks for the hub, now and whenever the network comes back. */
  function start(): Promise<void> {
    if (!isStarted) {
      isStarted = true
      window.addEventListener('online', () => void find())
      window.addEventListener('offline', () => (isOnline.value = false))
    }
    return find()
  }

  /** Looks for the hub, and with one, whether the known session still holds. Never refuses: `problem` says why not. */
  function find(): Promise<void> {
    finding ??= look().finally(() => (finding = undefined))
    return finding
  }

  async function look(): Promise<void> {
    if (!expectsHub()) {
      isChecked.value = true
      return
    }
    if (!isRecalled) await recall()
    try {
      await tellSignedOut()
      const found = await findHub()
      problem.value = undefined
      hub.value = found
      isOnline.value = found !== undefined
      if (found !== undefined) skew.value = Date.parse(found.now) - Date.now()
      await saveKnown('hub', found)
      if (found === undefined) await forgetSession()
      else if (session.value !== undefined || isDoubtful) await refreshSession()
    } catch (fault) {
      if (!(fault instanceof Problem)) throw fault
      isOnline.value = false
      problem.value = fault.code === 'hub.unreachable' ? undefined : fault
    } finally {
      isChecked.value = true
    }
  }

  /** What was known last time: shown at once, and all there is without a network. */
  async function recall(): Promise<void> {
    isRecalled = true
    hub.value = await readKnown('hub')
    const known = await readKnown('session')
    if (known === undefined) return
    // Past its end nothing is shown; the copy rests until the same person signs in again.
    if (known.endsAt <= new Date().toISOString() || hub.value === undefined) {
      isDoubtful = true
      return
    }
    session.value = known
    // The screens begin with what is here; what the hub says comes on top of it, as if it had been found offline.
    isOnline.value = navigator.onLine
    isChecked.value = true
  }

  /** Asks who is signed in. Without an own sign-in in this browser nothing is asked: the answer would be a refusal. */
  async function refreshSession(): Promise<void> {
    const asked = turn
    try {
      const answer = await callHub('readSession')
      // The mark is another window's, whose message may not be here yet.
      if (asked === turn && (await readKnown('signOut')) === undefined) await take(answer, asked)
    } catch (fault) {
      if (!(fault instanceof HubRefusal) || fault.status !== 401) throw fault
      if (asked === turn) await loseSession()
    }
  }

  /** Another account or another scope than the copy's: what is here is not his to see. `asked`: in which turn; else it begins one. */
  async function take(next: Session, asked?: number): Promise<void> {
    const current = asked ?? ++turn
    await keepOnlyHis(next)
    if (current !== turn) return
    session.value = next
    ended.value = undefined
    isOnline.value = true
    isDoubtful = false
    servedAt = Date.now()
    await saveKnown('session', next)
    if (next.account.role !== 'enterprise') own.value = undefined
    tellOthers()
  }

  async function keepOnlyHis({ account, scope }: Session): Promise<void> {
    try {
      await keepCopyOnlyFor(account.id, scope)
    } catch (fault) {
      // A browser that keeps nothing has no copy.
      if (!(fault instanceof Problem)) throw fault
    }
  }

  async function signIn(login: string, password: string, otp?: string): Promise<void> {
    await tellSignedOut()
    await take(await callHub('signIn', { body: { login, password, ...(otp === undefined ? {} : { otp }) } }))
    await showOwn()
  }

  async function join(creditCode: string, code: string, password: string): Promise<void> {
    await tellSignedOut()
    await take(await callHub('join', { body: { creditCode, code, password } }))
    await showOwn()
  }

  async function setUp(token: string, login: string, name: string, password: string): Promise<void> {
    await take(await callHub('setUp', { body: { token, login, name, password } }))
    await find()
  }

  async function changePassword(current: string, next: string): Promise<void> {
    await take(await callHub('changePassword', { body: { current, next } }))
    await showOwn()
  }

  function beginSecondFactor(password: string): Promise<AnswerOf<'beginSecondFactor'>> {
    return callHub('beginSecondFactor', { body: { password } })
  }

  async function confirmSecondFactor(otp: string): Promise<void> {
    await take(await callHub('confirmSecondFactor', { body: { otp } }))
  }

  /** Gives back how many other sign-ins ended. */
  async function signOutElsewhere(): Promise<number> {
    return (await callHub('signOutElsewhere')).ended
  }

  /** 退出 — the copy goes at once, also without a network; then the hub is told as soon as it can be reached. */
  async function signOut(): Promise<void> {
    await saveKnown('signOut', true)
    // First nobody is signed in, so that a pull under way writes no more; then what it wrote goes.
    await forgetSession()
    await wipe()
    try {
      await tellSignedOut()
    } catch (fault) {
      if (!(fault instanceof Problem) || fault.code !== 'hub.unreachable') throw fault
    }
  }

  async function tellSignedOut(): Promise<void> {
    if ((await readKnown('signOut')) === undefined) return
    try {
      await callHub('signOut')
    } catch (fault) {
      if (!(fault instanceof HubRefusal) || fault.status !== 401) throw fault
    }
    await saveKnown('signOut', undefined)
  }

  /** 自己的企业 — the firm's one row; undefined for everybody else. */
  async function loadOwn(): Promise<void> {
    if (role.value !== 'enterprise' || firstStep.value !== undefined) return
    const asked = turn
    const { enterprises } = await callHub('listEnterprises', { query: {} })
    if (asked === turn) own.value = enterprises[0]
  }

  /** After a sign-in, which has come through whether the row comes or not: the screens ask for it again. */
  async function showOwn(): Promise<void> {
    try {
      await loadOwn()
    } catch (fault) {
      if (!(fault instanceof Problem)) throw fault
    }
  }

  /** `why`: how it ended, when nobody here ended it. */
  async function forgetSession(why?: 'runOut' | 'takenAway'): Promise<void> {
    turn += 1
    ended.value = why
    session.value = undefined
    own.value = undefined
    isDoubtful = false
    servedAt = 0
    await saveKnown('session', undefined)
    tellOthers()
  }

  /**
   * The hub does not know the session any more. Run out of time, the copy rests for the next sign-in; before its time it was
   * taken away (account closed, signed out elsewhere, scope withdrawn), and the copy goes with it.
   */
  async function loseSession(): Promise<void> {
    const lost = session.value
    if (lost === undefined) return isDoubtful ? forgetSession('runOut') : undefined
    const now = Date.now()
    const isIdle = servedAt === 0 || now - servedAt > lost.idleMinutes * 60_000 - MARGIN_MS
    const isOver = Date.parse(lost.endsAt) - MARGIN_MS < now
    const isTakenAway = !isIdle && !isOver
    await forgetSession(isTakenAway ? 'takenAway' : 'runOut')
    if (isTakenAway) await wipe()
  }

  async function wipe(): Promise<void> {
    try {
      await wipeCopy()
    } catch (fault) {
      if (!(fault instanceof Problem)) throw fault
    }
  }

  const channel = typeof BroadcastChannel === 'undefined' ? undefined : new BroadcastChannel('shidang-hub')
  const tellOthers = (): void => channel?.postMessage(ended.value ?? 'session')
  channel?.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
    void readKnown('session').then((known) => {
      const isLost = known === undefined && (data === 'runOut' || data === 'takenAway')
      ended.value = isLost ? data : undefined
      if (known?.account.id !== session.value?.account.id) {
        turn += 1
        own.value = undefined
      }
      session.value = known
    })
  })
  const stopListening = onHubNews((news) => {
    isOnline.value = news !== 'unreachable'
    if (news === 'served' && session.value !== undefined) servedAt = Date.now()
    if (news === 'signedOut') void loseSession()
  })
  onScopeDispose(() => {
    stopListening()
    channel?.close()
  })

  return {
    hub,
    session,
    ended,
    isChecked,
    isOnline,
    problem,
    own,
    role,
    isStaff,
    firstStep,
    skew,
    start,
    find,
    refreshSession,
    signIn,
    join,
    setUp,
    changePassword,
    beginSecondFactor,
    confirmSecondFactor,
    signOutElsewhere,
    signOut,
    loadOwn,
  }
})
