// The stories, in the order in which they are told.

import { tutorialById, tutorialByName } from './stories/tutorial.mjs'

export const STORIES = [tutorialByName, tutorialById]
