// The stories, in the order in which they are told.

import { byAddress, byEnding, vault } from './stories/addresses.mjs'
import {
  backupsOverHttp,
  backupsOverHttps,
  refusedBackups,
  settings,
} from './stories/administration.mjs'
import { rsaEncryption, signatures, symmetricEncryption } from './stories/cryptography.mjs'
import { byokImports, pemImports } from './stories/imports.mjs'
import { keyAttributes, keyTypes } from './stories/keys.mjs'
import { backups, lifeCycle, pages, purgeProtection } from './stories/life-cycle.mjs'
import { logins } from './stories/logins.mjs'
import { management } from './stories/management.mjs'
import { randomAndAttestation, releasePolicies, rotationPolicies } from './stories/policies.mjs'
import { previews } from './stories/previews.mjs'
import { assignees, roles } from './stories/roles.mjs'
import { disasterRecovery, recoveryInOneStep } from './stories/security-domain.mjs'
import { tutorialById, tutorialByName } from './stories/tutorial.mjs'

export const STORIES = [
  logins,
  tutorialByName,
  tutorialById,
  byAddress,
  byEnding,
  vault,
  keyTypes,
  keyAttributes,
  lifeCycle,
  purgeProtection,
  pages,
  backups,
  pemImports,
  byokImports,
  rsaEncryption,
  symmetricEncryption,
  signatures,
  releasePolicies,
  rotationPolicies,
  randomAndAttestation,
  previews,
  roles,
  assignees,
  disasterRecovery,
  recoveryInOneStep,
  settings,
  backupsOverHttp,
  backupsOverHttps,
  refusedBackups,
  management,
]

/** What is played before every merge: a story of each kind, in about a minute. */
export const SAMPLE = [logins, tutorialByName, roles, backups]
