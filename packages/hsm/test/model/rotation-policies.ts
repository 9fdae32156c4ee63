/** Rotation policies, and which of them a service takes: section by section what its documentation says of them. */

import type { RotationPolicyInput } from '../../src/index.ts'
import type { AskedPolicy } from './model.ts'

const rotate = (trigger: object) => ({ trigger, action: { type: 'Rotate' } })
const notify = (trigger: object) => ({ trigger, action: { type: 'Notify' } })
const policy = (expiryTime: string | undefined, ...lifetimeActions: readonly object[]) =>
  ({ lifetimeActions, attributes: expiryTime === undefined ? {} : { expiryTime } }) as AskedPolicy

/** Both services take these. */
export const POLICIES: Readonly<Record<string, AskedPolicy>> = {
  'nothing at all': policy(undefined),
  'expiry after 28 days': policy('P28D'),
  'rotation 28 days after creation': policy(undefined, rotate({ timeAfterCreate: 'P28D' })),
  'rotation after a month and expiry after three': policy(
    'P3M',
    rotate({ timeAfterCreate: 'P1M' }),
  ),
  'rotation after a year and expiry after two': policy('P2Y', rotate({ timeAfterCreate: 'P1Y' })),
  'rotation 10 days before an expiry after 60': policy(
    'P60D',
    rotate({ timeBeforeExpiry: 'P10D' }),
  ),
  'rotation a month before an expiry after a year': policy(
    'P1Y',
    rotate({ timeBeforeExpiry: 'P1M' }),
  ),
  'rotation 20 days before any expiry': policy(undefined, rotate({ timeBeforeExpiry: 'P20D' })),
  'notification alone': policy('P90D', notify({ timeBeforeExpiry: 'P15D' })),
  'notification and rotation': policy(
    'P90D',
    notify({ timeBeforeExpiry: 'P20D' }),
    rotate({ timeAfterCreate: 'P45D' }),
  ),
}

/** A vault alone takes these: it rotates from 7 days after creation on, a Managed HSM from 28. */
export const VAULT_POLICIES: Readonly<Record<string, AskedPolicy>> = {
  'rotation 7 days after creation': policy('P28D', rotate({ timeAfterCreate: 'P7D' })),
  'rotation 21 days before an expiry after 28': policy(
    'P28D',
    rotate({ timeBeforeExpiry: 'P21D' }),
  ),
}

/** A Managed HSM alone takes this: a vault wants 7 days between rotation and expiry. */
export const HSM_POLICIES: Readonly<Record<string, AskedPolicy>> = {
  'rotation 28 days after creation, 2 before the expiry': policy(
    'P30D',
    rotate({ timeAfterCreate: 'P28D' }),
  ),
}

/** No service takes these. */
export const BAD_POLICIES: Readonly<Record<string, RotationPolicyInput>> = {
  'expiry after 27 days': policy('P27D'),
  'rotation 6 days after creation': policy('P90D', rotate({ timeAfterCreate: 'P6D' })),
  'rotation 22 days before an expiry after 28': policy(
    'P28D',
    rotate({ timeBeforeExpiry: 'P22D' }),
  ),
  'rotation after the expiry': policy('P60D', rotate({ timeAfterCreate: 'P61D' })),
  'two rotations': policy(
    'P90D',
    rotate({ timeAfterCreate: 'P30D' }),
    rotate({ timeBeforeExpiry: 'P30D' }),
  ),
  'two triggers': policy('P90D', rotate({ timeAfterCreate: 'P30D', timeBeforeExpiry: 'P30D' })),
  'no trigger': policy('P90D', rotate({})),
  weeks: policy('P8W'),
  hours: policy(undefined, rotate({ timeAfterCreate: 'PT900H' })),
  'notification after creation': policy('P90D', notify({ timeAfterCreate: 'P30D' })),
  'an action of another name': policy('P90D', { trigger: {}, action: { type: 'Delete' } }),
}
