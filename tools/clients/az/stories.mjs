// The stories, in the order in which they are told.

import { rsaEncryption, signatures, symmetricEncryption } from './stories/cryptography.mjs'
import { keyAttributes, keyTypes } from './stories/keys.mjs'
import { backups, lifeCycle, pages, purgeProtection } from './stories/life-cycle.mjs'
import { tutorialById, tutorialByName } from './stories/tutorial.mjs'

export const STORIES = [
  tutorialByName,
  tutorialById,
  keyTypes,
  keyAttributes,
  lifeCycle,
  purgeProtection,
  pages,
  backups,
  rsaEncryption,
  symmetricEncryption,
  signatures,
]
