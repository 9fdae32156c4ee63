/** Who may do what with a Managed HSM: its data actions, its built-in roles, and the decision. */

export { DATA_ACTION_PREFIX, DATA_ACTIONS, type DataAction } from './actions/data-actions.ts'
export {
  type AccessOperation,
  type AccessResource,
  OPERATION_ACCESS,
  type OperationAccess,
} from './actions/operation-access.ts'
